//! Figures in words.

use std::time::Duration;

use handoff_log::{End, Usage};

pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count as u64), if count == 1 { one } else { many })
}

/// A number with commas.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length of time in three digits or so.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.as_micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        micros @ 1_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ if seconds < 3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
    }
}

pub(crate) fn tokens(usage: Usage) -> String {
    format!("{} + {} tokens", thousands(usage.input), thousands(usage.output))
}

/// How something ended; `None` where a log does not say.
pub(crate) fn end(end: Option<End>) -> &'static str {
    match end {
        Some(End::Ok) => "ok",
        Some(End::Recovered) => "recovered",
        Some(End::Failed) => "failed",
        Some(End::Stopped) => "stopped",
        Some(End::Cancelled) => "cancelled",
        Some(End::Dropped) => "dropped",
        Some(_) => "ended",
        None => "unfinished",
    }
}

/// A time in UTC, from milliseconds since 1970: `2026-11-30 14:46:12`.
pub(crate) fn time(millis: u64) -> String {
    let (days, seconds) = (millis / 86_400_000, millis / 1_000 % 86_400);
    // The calendar is the same every 400 years: a time that makes no sense takes no longer than one that does.
    let (mut year, mut rest) = (1970 + 400 * (days / 146_097), days % 146_097);
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while let Some(next) = rest.checked_sub(365 + u64::from(is_leap(year))) {
        (year, rest) = (year + 1, next);
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        let Some(next) = rest.checked_sub(length) else { break };
        (month, rest) = (month + 1, next);
    }
    let (day, hour, minute) = (rest + 1, seconds / 3_600, seconds / 60 % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 2].map(|count| counted(count, "task", "tasks")), ["1 task", "2 tasks"]);
    }

    #[test]
    fn durations_are_short() {
        let millis = [0, 12, 1_449, 59_000, 61_000, 3_720_000].map(Duration::from_millis).map(duration);
        assert_eq!(millis, ["0 µs", "12 ms", "1.4 s", "59.0 s", "1 min 01 s", "1 h 02 min"]);
    }

    #[test]
    fn times_are_dates() {
        // As `date -u -d @SECONDS` has them.
        let times = [0, 951_782_399, 951_868_800, 1_709_164_800, 1_767_225_599, 4_107_542_400];
        assert_eq!(
            times.map(|seconds| time(seconds * 1_000)),
            [
                "1970-01-01 00:00:00",
                "2000-02-28 23:59:59",
                "2000-03-01 00:00:00",
                "2024-02-29 00:00:00",
                "2025-12-31 23:59:59",
                "2100-03-01 00:00:00",
            ]
        );
        // So far on that no one would wait for it year by year.
        assert_eq!(time(12_622_780_800_000 + 951_782_400_000), "2400-02-29 00:00:00");
        assert!(time(u64::MAX).starts_with("584556019-"), "{}", time(u64::MAX));
    }
}
