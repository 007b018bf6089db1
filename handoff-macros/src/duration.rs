//! Durations, as they are written: a whole number and a unit.

use std::time::Duration;

/// How one is written, for a message.
pub const SHAPE: &str = "write a whole number and a unit, such as \"500ms\", \"30s\", \"2m\" or \"1h\"";

/// `500ms`, `30s`, `2m` or `1h`.
pub fn parse(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let amount = digits.trim_end().parse::<u64>().ok()?;
    match &text[digits.len()..] {
        "ms" => Some(Duration::from_millis(amount)),
        "s" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_secs(amount.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(amount.checked_mul(3600)?)),
        _ => None,
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
