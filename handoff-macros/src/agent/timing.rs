//! The times that an agent's attribute gives: how long an attempt may take, and what is between two.

use super::syntax::Argument;
use crate::duration;
use crate::errors::Errors;
use std::time::Duration;
use syn::LitStr;

const DEFAULT_TIMEOUT: Duration = Duration::from_mins(2);

/// The timeout of an attempt, and its idle timeout. Where that alone is given, it is the bound.
pub fn check_timeouts(
    timeout: Option<Argument<LitStr>>,
    idle_timeout: Option<&Argument<LitStr>>,
    errors: &mut Errors,
) -> (Option<Duration>, Option<Duration>) {
    let idle = idle_timeout.and_then(|idle| check_idle_timeout(&idle.value, errors));
    let timeout = match timeout {
        Some(timeout) => check_timeout(&timeout.value, errors),
        None if idle_timeout.is_some() => None,
        None => Some(DEFAULT_TIMEOUT),
    };
    if let (Some(written), Some(idle), Some(timeout)) = (idle_timeout, idle, timeout)
        && idle >= timeout
    {
        errors.at_with_help(
            &written.value,
            format_args!(
                "an `idle_timeout` of {idle:?} never passes: the `timeout` of {timeout:?} is over first"
            ),
            "make it shorter than `timeout`, or leave it out",
        );
        return (Some(timeout), None);
    }
    (timeout, idle)
}

/// `30s`, `500ms`, `2m`, `1h`, `3d` or `none`.
fn check_timeout(literal: &LitStr, errors: &mut Errors) -> Option<Duration> {
    let text = literal.value();
    let text = text.trim();
    if text == "none" {
        return None;
    }
    let help = format_args!("{}, or \"none\"", duration::SHAPE);
    match duration::parse(text) {
        Some(Duration::ZERO) => {
            errors.at_with_help(literal, "a timeout of nothing: no agent is that fast", help);
            Some(DEFAULT_TIMEOUT)
        }
        Some(duration) => Some(duration),
        None => {
            errors.at_with_help(literal, format_args!("`{text}` is not a duration"), help);
            Some(DEFAULT_TIMEOUT)
        }
    }
}

/// The same, but for `none`, which is not to give one.
fn check_idle_timeout(literal: &LitStr, errors: &mut Errors) -> Option<Duration> {
    let text = literal.value();
    let text = text.trim();
    match duration::parse(text) {
        Some(Duration::ZERO) => {
            errors.at_with_help(
                literal,
                "an idle timeout of nothing: no agent is that lively",
                duration::SHAPE,
            );
            None
        }
        Some(duration) => Some(duration),
        None if text == "none" => {
            errors.at_with_help(literal, "`idle_timeout` is none by default", "leave it out");
            None
        }
        None => {
            errors.at_with_help(literal, format_args!("`{text}` is not a duration"), duration::SHAPE);
            None
        }
    }
}

/// `200ms..10s`, or `none`.
pub fn check_backoff(literal: &LitStr, errors: &mut Errors) -> Option<(Duration, Duration)> {
    let text = literal.value();
    let text = text.trim();
    if text == "none" {
        return Some((Duration::ZERO, Duration::ZERO));
    }
    let help = "write the first pause and the longest, such as \"200ms..10s\", or \"none\"";
    let Some((first, longest)) = text.split_once("..") else {
        errors.at_with_help(literal, format_args!("`{text}` is not a first pause and a longest"), help);
        return None;
    };
    let mut pauses = [Duration::ZERO; 2];
    for (pause, text) in pauses.iter_mut().zip([first.trim(), longest.trim()]) {
        let Some(duration) = duration::parse(text) else {
            let message = format!("`{text}` is not a duration");
            errors.at_with_help(literal, message, help);
            return None;
        };
        *pause = duration;
    }
    let [first_pause, longest_pause] = pauses;
    if first_pause.is_zero() {
        errors.at_with_help(
            literal,
            "a first pause of nothing is still nothing when it is doubled",
            "write \"none\" where there is to be no pause, or at least \"1ms\"",
        );
        return None;
    }
    if first_pause > longest_pause {
        errors.at_with_help(
            literal,
            format_args!("the first pause, {first_pause:?}, is longer than the longest, {longest_pause:?}"),
            format_args!("write `backoff = \"{}..{}\"`", longest.trim(), first.trim()),
        );
        return None;
    }
    Some((first_pause, longest_pause))
}
