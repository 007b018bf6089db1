//! Durations, as they are written: a whole number and a unit.

use std::time::Duration;

/// How one is written, for a message.
pub const SHAPE: &str =
    "write a whole number and a unit, such as \"500ms\", \"30s\", \"2m\", \"1h\" or \"3d\"";

/// `500ms`, `30s`, `2m`, `1h` or `3d`.
pub fn parse(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let amount = digits.trim_end().parse::<u64>().ok()?;
    match &text[digits.len()..] {
        "ms" => Some(Duration::from_millis(amount)),
        "s" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_secs(amount.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(amount.checked_mul(3600)?)),
        "d" => Some(Duration::from_secs(amount.checked_mul(24 * 3600)?)),
        _ => None,
    }
}

/// In hours or days, where it is a whole number of them.
pub fn shown(duration: Duration) -> String {
    let (seconds, hour) = (duration.as_secs(), 3600);
    let unit =
        [("d", 24 * hour), ("h", hour)].into_iter().find(|(_, length)| seconds.is_multiple_of(*length));
    match unit {
        Some((unit, length)) if seconds > 0 && duration.subsec_nanos() == 0 => {
            format!("{}{unit}", seconds / length)
        }
        _ => format!("{duration:?}"),
    }
}

/// One as tokens: `Duration::new(seconds, nanoseconds)`.
pub fn tokens(
    krate: &proc_macro2::Ident,
    span: proc_macro2::Span,
    duration: Duration,
) -> proc_macro2::TokenStream {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    quote::quote_spanned!(span=> #krate::Duration::new(#seconds, #nanoseconds))
}
