//! When it is worth trying again.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Longest that is believed: who says more means that the account is spent.
const LONGEST: Duration = Duration::from_hours(24);

/// What the headers of a reply say. A date is compared with the server's own clock, if it tells it.
pub(super) fn of(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let milliseconds = text("retry-after-ms").and_then(|value| value.trim().parse::<f64>().ok());
    let seconds = milliseconds.map(|milliseconds| milliseconds / 1_000.0);
    let after = text(RETRY_AFTER.as_str()).map(str::trim);
    let after = if let Some(seconds) = seconds.or_else(|| after?.parse().ok()) {
        Duration::try_from_secs_f64(seconds).ok()?
    } else {
        let then = httpdate::parse_http_date(after?).ok()?;
        let now = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
        then.duration_since(now).unwrap_or_default()
    };
    (after <= LONGEST).then_some(after)
}

/// A duration as Google writes it: `34.5s`.
pub(super) fn google(text: &str) -> Option<Duration> {
    let seconds = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|after| *after <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        of.iter()
            .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
            .collect()
    }

    #[test]
    fn seconds_and_dates_are_read() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date");
        for (said, expected) in [
            (&[("retry-after", "7")][..], Some(Duration::from_secs(7))),
            (&[("retry-after", "0.5")], Some(Duration::from_millis(500))),
            (&[("retry-after-ms", "250"), ("retry-after", "1")], Some(Duration::from_millis(250))),
            (&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")], Some(Duration::from_mins(1))),
            (&[("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")], Some(Duration::ZERO)),
            (
                &[
                    ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"),
                    ("date", "Sun, 06 Nov 1994 08:50:34 GMT"),
                ],
                Some(Duration::from_secs(3)),
            ),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "-1")], None),
            (&[("retry-after", "1e300")], None),
            (&[], None),
        ] {
            assert_eq!(of(&headers(said), now), expected, "{said:?}");
        }
        assert_eq!(google("34.5s"), Some(Duration::from_millis(34_500)));
        assert_eq!(google("34"), None);
    }
}
