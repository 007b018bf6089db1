//! The names of log files.

use std::time::{SystemTime, UNIX_EPOCH};

use handoff::TraceId;

/// The name of a run's file, without its ending. Names sort as the runs have started.
pub(super) fn of_run(started: SystemTime, pipeline: &str, trace: TraceId) -> String {
    // A pipeline's name is an identifier, which may be of any alphabet.
    let pipeline: String = pipeline.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    format!("{}-{pipeline}-{trace}", utc(started))
}

/// A time in UTC, to the millisecond, without what no file's name may have: `2026-11-30T14-50-03.123Z`.
fn utc(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, millis) = (since.as_secs(), since.subsec_millis());
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}.{millis:03}Z")
}

/// The Gregorian date of a day, counted from 1970-01-01. Years are counted from March here, so that the leap day is the
/// last of one.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // since 0000-03-01
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153; // from March
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
    (era * 400 + year_of_era + year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (days, expected) in [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (10_956, (1999, 12, 31)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_787, (2026, 11, 30)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ] {
            assert_eq!(date(days), expected, "{days}");
        }
    }

    #[test]
    fn a_name_says_when_what_and_which() {
        let started = UNIX_EPOCH + Duration::from_millis(20_787 * 86_400_000 + 53_403_007);
        let trace = TraceId::from_bytes([0xab; 16]).unwrap();
        assert_eq!(of_run(started, "r#try", trace), format!("2026-11-30T14-50-03.007Z-r_try-{trace}"));
    }
}
