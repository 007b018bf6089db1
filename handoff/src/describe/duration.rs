//! Durations as the macros take them: `"30s"`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::time::Duration;

/// In the largest unit that is exact; what no unit of the macros can say, in nanoseconds.
#[inline]
pub(super) fn text(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    let unit = |(_, length): &&(&str, u128)| nanoseconds > 0 && nanoseconds.is_multiple_of(*length);
    let (unit, length) = UNITS.iter().find(unit).unwrap_or(&("ns", 1));
    format!("{}{unit}", nanoseconds / length)
}

const UNITS: [(&str, u128); 6] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("ns", 1),
];

#[inline]
fn parse(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let (_, length) = UNITS.iter().find(|(unit, _)| *unit == &text[digits.len()..])?;
    let nanoseconds = digits.parse::<u128>().ok()?.checked_mul(*length)?;
    let seconds = u64::try_from(nanoseconds / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanoseconds % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

#[allow(clippy::ref_option, reason = "serde's signature")]
#[inline]
pub(super) fn serialize<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration.map(text).serialize(serializer)
}

#[inline]
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
    let read = |text: Cow<'de, str>| {
        parse(&text).ok_or_else(|| de::Error::custom(format_args!("`{text}` is not a duration")))
    };
    text.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_what_is_written_of_it() {
        for (duration, expected) in [
            (Duration::from_hours(48), "2d"),
            (Duration::from_hours(25), "25h"),
            (Duration::from_mins(2), "2m"),
            (Duration::from_secs(90), "90s"),
            (Duration::from_millis(1_500), "1500ms"),
            (Duration::from_nanos(1), "1ns"),
            (Duration::ZERO, "0ns"),
            (Duration::MAX, "18446744073709551615999999999ns"),
        ] {
            assert_eq!(text(duration), expected);
            assert_eq!(parse(expected), Some(duration));
        }
        for wrong in ["", "s", "1", "1 s", "1w", "-1s", "340282366920938463463374607431768211455h"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
