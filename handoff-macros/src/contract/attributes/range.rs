//! The ranges of `len` and `range`.

use std::cmp::Ordering;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::{Expr, ExprRange, Lit, RangeLimits, UnOp};

use crate::errors::{at_end, spanned};
use crate::fragments;

/// A range with at least one end. The ends are const expressions.
pub struct Range {
    pub min: Option<Expr>,
    pub max: Option<Max>,
}

pub struct Max {
    pub end: Expr,
    pub included: bool,
}

impl Range {
    /// As one would write it.
    pub fn text(&self) -> String {
        let min = self.min.as_ref().map(text).unwrap_or_default();
        let max =
            self.max.as_ref().map(|max| format!("{}{}", if max.included { "=" } else { "" }, text(&max.end)));
        format!("{min}..{}", max.unwrap_or_default())
    }

    /// The kind of both ends, where both are literals of one kind.
    pub fn kind(&self) -> Option<Kind> {
        let (min, max) = (kind(self.min.as_ref()?)?, kind(&self.max.as_ref()?.end)?);
        (min == max).then_some(min)
    }

    /// Both ends, where at least one is no literal: whether they are in order, only the compiler can say.
    pub fn unordered(&self) -> Option<(&Expr, &Max)> {
        let (min, max) = (self.min.as_ref()?, self.max.as_ref()?);
        (literal(min).is_none() || literal(&max.end).is_none()).then_some((min, max))
    }
}

/// Parses the range of the check `name`, and refuses one that allows nothing or everything.
pub fn parse(name: &proc_macro2::Ident, args: Option<&TokenStream>) -> syn::Result<Range> {
    let example = if name == "len" { "len(1..=8)" } else { "range(1..=5)" };
    let Some(args) = args.filter(|args| !args.is_empty()) else {
        let message = format!("`{name}` needs a range\nhelp: write one in parentheses, as in `{example}`");
        return Err(spanned(name, message));
    };
    let unfinished = format!("this range is not finished\nhelp: write `{example}`");
    let expression =
        fragments::expression.parse2(args.clone()).map_err(|error| at_end(error, args, &unfinished))?;
    let expression = fragments::bare(&expression);
    let Expr::Range(range) = expression else {
        let written = text(expression);
        let message = format!(
            "`{name}` takes a range, not a single value\nhelp: write `{name}({written}..={written})` for exactly {written}, or `{name}(..={written})` for at most"
        );
        return Err(spanned(expression, message));
    };
    let ExprRange { attrs: _, start, limits, end } = range;
    let included = matches!(limits, RangeLimits::Closed(_));
    if start.is_none() && end.is_none() {
        let message = format!("`..` allows everything\nhelp: give it an end, as in `{example}`");
        return Err(spanned(range, message));
    }
    if let (Some(start), Some(end)) = (start, end) {
        let order = literal(start).zip(literal(end)).and_then(|(low, high)| low.compare(high));
        if let Some(order) = order
            && (order == Ordering::Greater || (order == Ordering::Equal && !included))
        {
            let help = if order == Ordering::Greater {
                format!("write the smaller end first, as in `{}..={}`", text(end), text(start))
            } else {
                format!("write `{0}..={0}` for exactly {0}", text(end))
            };
            let message =
                format!("the range `{}` is empty: no value could pass\nhelp: {help}", text(expression));
            return Err(spanned(expression, message));
        }
    }
    if let (None, Some(end), false, true) = (start, end, included, name == "len")
        && matches!(literal(end), Some(Literal::Integer(0)))
    {
        let message =
            "the range `..0` is empty: no length is below 0\nhelp: write `..=0` for what must be empty";
        return Err(spanned(expression, message));
    }
    Ok(Range {
        min: start.as_deref().cloned(),
        max: end.as_deref().map(|end| Max { end: end.clone(), included }),
    })
}

/// The value of a literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    Integer(i128),
    Float(f64),
}

impl Literal {
    /// Literals of two kinds are not compared: rustc says that they do not go together.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right),
            _ => None,
        }
    }
}

pub fn literal(expression: &Expr) -> Option<Literal> {
    match fragments::bare(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) => integer.base10_parse().ok().map(Literal::Integer),
            Lit::Float(float) => float.base10_parse().ok().map(Literal::Float),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some(match literal(&unary.expr)? {
            Literal::Integer(value) => Literal::Integer(-value),
            Literal::Float(value) => Literal::Float(-value),
        }),
        _ => None,
    }
}

/// The kind of number that an end of a range is, unless it is worked out.
pub fn kind(end: &Expr) -> Option<Kind> {
    literal(end).map(|literal| match literal {
        Literal::Integer(_) => Kind::Integer,
        Literal::Float(_) => Kind::Float,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Float,
}

/// The expression as one would write it.
pub fn text(expression: &Expr) -> String {
    expression.to_token_stream().to_string().replace(' ', "")
}
