//! What a fan-out and its barrier say besides.

use super::numbers::{self, literal};
use crate::duration;
use crate::errors::Errors;
use crate::pipeline::syntax::{FanOutOptions, Items};
use std::time::Duration;
use syn::{Expr, LitStr};

/// What takes the place of a closure that cannot be one: it has to be made of what it is given.
pub fn items(items: &Items, errors: &mut Errors) {
    let Items::Chosen(closure) = items else {
        return;
    };
    if closure.inputs.len() != 1 {
        errors.at_with_help(
            closure,
            "the closure of a `fan_out` takes what comes in, and nothing else",
            "write `fan_out(|plan| plan.subtasks) work`",
        );
    }
}

pub fn fan_out(options: &FanOutOptions, errors: &mut Errors) {
    let FanOutOptions { max, concurrency, allow_empty: _, keep: _, label, recover } = options;
    if let Some(max) = max {
        numbers::max(max, errors);
    }
    if let Some(concurrency) = concurrency
        && let Some(number) = literal(concurrency)
        && number < 1.0
    {
        errors.at_with_help(
            concurrency,
            format_args!("a `fan_out` with {number} tasks under way at once never does anything"),
            "write `concurrency = …` with the most tasks that may run at once, at least 1",
        );
    }
    let callable = |value: &Option<Expr>, inputs: usize, message: &str, help: &str, errors: &mut Errors| {
        let is_wrong = match value {
            Some(Expr::Closure(closure)) => closure.inputs.len() != inputs,
            Some(Expr::Lit(_)) => true,
            _ => false,
        };
        if is_wrong {
            errors.at_with_help(value, message, help);
        }
    };
    let help = "write `label = |item| item.id.clone()`, or name a function of the item";
    callable(label, 1, "a `label` is made of the item, and of nothing else", help, errors);
    let help = "write `recover = |item, failure| …`, or name a function of both";
    callable(recover, 2, "`recover` makes an output of the item and of its failure", help, errors);
}

pub fn deadline(literal: &LitStr, errors: &mut Errors) -> Option<Duration> {
    let text = literal.value();
    let text = text.trim();
    let deadline = duration::parse(text);
    if deadline == Some(Duration::ZERO) {
        errors.at_with_help(literal, "a deadline of nothing: no task is that fast", duration::SHAPE);
    } else if text == "none" {
        errors.at_with_help(literal, "`none` is not a deadline", "leave `deadline` out where there is none");
    } else if deadline.is_none() {
        errors.at_with_help(literal, format_args!("`{text}` is not a duration"), duration::SHAPE);
    }
    deadline
}
