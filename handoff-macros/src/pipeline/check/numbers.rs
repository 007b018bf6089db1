//! Numbers that can be seen to be impossible.

use crate::errors::Errors;
use crate::fragments::bare;
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
