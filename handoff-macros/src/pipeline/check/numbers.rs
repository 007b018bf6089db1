//! Numbers that can be seen to be impossible.

use crate::errors::Errors;
use crate::fragments::bare;
use crate::pipeline::syntax::Rule;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

/// A number that can be read off, with its sign.
pub fn literal(expression: &Expr) -> Option<f64> {
    match bare(expression) {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| -number),
        _ => None,
    }
}

pub fn threshold(threshold: &Expr, errors: &mut Errors) {
    if let Some(number) = literal(threshold)
        && !(0.0..=1.0).contains(&number)
    {
        errors.at_with_help(
            threshold,
            format_args!(
                "a confidence is in 0..=1, so it is {} {number}",
                if number > 1.0 { "never as high as" } else { "always above" }
            ),
            "write a threshold in 0..=1, such as `gate(confidence >= 0.6)`",
        );
    }
}

pub fn max(max: &Expr, errors: &mut Errors) {
    if let Some(number) = literal(max)
        && number < 1.0
    {
        errors.at_with_help(
            max,
            format_args!("a `fan_out` of at most {number} tasks does nothing"),
            "write `max = …` with the most tasks there may be, at least 1",
        );
    }
}

pub fn rule(rule: &Rule, errors: &mut Errors) {
    match rule {
        Rule::All | Rule::Settled => {}
        Rule::First(count) => {
            if let Some(number) = literal(count)
                && (number < 1.0 || number.fract() != 0.0)
            {
                errors.at_with_help(
                    count,
                    format_args!("{number} is not a number of successes to wait for"),
                    "write a whole number from 1: `barrier(first = 2)`",
                );
            }
        }
        Rule::AtLeast(count) => {
            if let Some(number) = literal(count)
                && number.fract() != 0.0
            {
                let share = number * 100.0;
                let help = if (1.0..=100.0).contains(&share) {
                    format!("write `at_least = {share:.0}%` for a share")
                } else {
                    "write a whole number".to_owned()
                };
                errors.at_with_help(count, format_args!("{number} is not a number of tasks"), help);
            } else if let Some(number) = literal(count)
                && number < 1.0
            {
                errors.at_with_help(
                    count,
                    format_args!("a quorum of {number} is passed whatever happens"),
                    "write `barrier(settled)` if it may be, or ask for at least 1",
                );
            }
        }
        Rule::AtLeastPercent(percent) => {
            if let Some(number) = literal(percent)
                && number.fract() != 0.0
            {
                let help = format!("write `{:.0}%`", number.ceil());
                errors.at_with_help(percent, "a share of tasks is in whole per cent", help);
            } else if let Some(number) = literal(percent)
                && !(number > 0.0 && number <= 100.0)
            {
                let wrong =
                    if number > 100.0 { "can never be reached" } else { "is passed whatever happens" };
                errors.at_with_help(
                    percent,
                    format_args!("a quorum of {number}% {wrong}"),
                    "write a share from 1% to 100%, or `barrier(settled)` if any outcome will do",
                );
            }
        }
    }
}

pub fn rounds(max: &Expr, errors: &mut Errors) {
    if let Some(number) = literal(max)
        && number < 1.0
    {
        errors.at_with_help(
            max,
            format_args!("a `repeat` of at most {number} rounds does nothing"),
            "write `max = …` with the most rounds there may be, at least 1",
        );
    }
}
