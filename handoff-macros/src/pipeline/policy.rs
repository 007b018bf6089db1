//! When a barrier is passed. Whatever the macro knows of a policy stands here: how it is written, what can be seen to be
//! wrong with it, the code that declares it, and how a page shows it. What it does is told by `handoff/src/barrier`.

use super::check::numbers::literal;
use crate::errors::{Errors, spanned};
use crate::fragments;
use crate::krate;
use crate::source::line;
use crate::spans::Place;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use std::fmt;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, LitStr, Token};

/// How a barrier is written.
pub const BARRIERS: &str = "write `barrier(all)`, `barrier(at_least = 4)`, `barrier(at_least = 80%)`, `barrier(first = 2)` or `barrier(settled)`";

/// The names that policies begin with.
pub const NAMES: [&str; 4] = ["all", "settled", "at_least", "first"];

/// When a barrier is passed.
pub enum Policy {
    All,
    Settled,
    AtLeast(Expr),
    AtLeastPercent(Expr),
    First(Expr),
}

/// How it is written.
impl Policy {
    /// Reads what stands behind the name of a policy. `None` where no policy has that name.
    pub fn parse(name: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Self>> {
        match name.to_string().as_str() {
            "all" => Ok(Some(Self::All)),
            "settled" => Ok(Some(Self::Settled)),
            "at_least" => Self::at_least(name, input).map(Some),
            "first" => Self::first(name, input).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads `= 4` or `= 80%`.
    fn at_least(name: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let (tokens, share) = number(input)?;
        if tokens.is_empty() {
            let message =
                "how many tasks have to succeed?\nhelp: write `at_least = 4`, or a share: `at_least = 80%`";
            return Err(spanned(name, message));
        }
        if let Ok(text) = syn::parse2::<LitStr>(tokens.clone()) {
            let message = "a quorum is a number of tasks, or a share of them\nhelp: write `at_least = 4`, or `at_least = 80%` without quotes";
            return Err(spanned(&text, message));
        }
        let quorum = fragments::expression.parse2(tokens)?;
        Ok(if share.is_some() { Self::AtLeastPercent(quorum) } else { Self::AtLeast(quorum) })
    }

    /// Reads `= 2`.
    fn first(name: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let (tokens, share) = number(input)?;
        if tokens.is_empty() {
            let message = "how many successes are enough?\nhelp: write `first = 2`";
            return Err(spanned(name, message));
        }
        if let Some(percent) = share {
            let mut whole = tokens;
            percent.to_tokens(&mut whole);
            let message = "the first successes are counted, not a share of the tasks\nhelp: write `first = 2`, or `at_least = 80%` to wait for all of them";
            return Err(spanned(&whole, message));
        }
        fragments::expression.parse2(tokens).map(Self::First)
    }
}

/// Reads what stands behind `=`, up to a comma or the end, and the `%` behind that.
fn number(input: ParseStream<'_>) -> syn::Result<(TokenStream, Option<Token![%]>)> {
    let mut tokens = TokenStream::new();
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Ok((tokens, None));
    }
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.peek(Token![%]) && (input.peek2(Token![,]) || is_last(input)) {
            return Ok((tokens, Some(input.parse()?)));
        }
        input.parse::<TokenTree>()?.to_tokens(&mut tokens);
    }
    Ok((tokens, None))
}

/// Returns whether one token is left.
fn is_last(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<TokenTree>().is_ok() && fork.is_empty()
}

/// What can be seen to be wrong with it.
impl Policy {
    pub fn check(&self, errors: &mut Errors) {
        match self {
            Self::All | Self::Settled => {}
            Self::First(count) => {
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
            Self::AtLeast(count) => {
                if let Some(number) = literal(count) {
                    at_least(count, number, errors);
                }
            }
            Self::AtLeastPercent(percent) => {
                if let Some(number) = literal(percent) {
                    at_least_percent(percent, number, errors);
                }
            }
        }
    }
}

fn at_least(count: &Expr, number: f64, errors: &mut Errors) {
    if number.fract() != 0.0 {
        let share = number * 100.0;
        let help = if (1.0..=100.0).contains(&share) {
            format!("write `at_least = {share:.0}%` for a share")
        } else {
            "write a whole number".to_owned()
        };
        errors.at_with_help(count, format_args!("{number} is not a number of tasks"), help);
    } else if number < 1.0 {
        errors.at_with_help(
            count,
            format_args!("a quorum of {number} is passed whatever happens"),
            "write `barrier(settled)` if it may be, or ask for at least 1",
        );
    }
}

fn at_least_percent(percent: &Expr, number: f64, errors: &mut Errors) {
    if number.fract() != 0.0 {
        let help = format!("write `{:.0}%`", number.ceil());
        errors.at_with_help(percent, "a share of tasks is in whole per cent", help);
    } else if !(number > 0.0 && number <= 100.0) {
        let wrong = if number > 100.0 { "can never be reached" } else { "is passed whatever happens" };
        errors.at_with_help(
            percent,
            format_args!("a quorum of {number}% {wrong}"),
            "write a share from 1% to 100%, or `barrier(settled)` if any outcome will do",
        );
    }
}

/// What it hands on, and the code that declares it.
impl Policy {
    /// Returns whether every task has succeeded where it is passed: then a barrier hands on a `Vec`, else a `Partial`.
    pub fn is_of_all(&self) -> bool {
        match self {
            Self::All => true,
            Self::Settled | Self::AtLeast(_) | Self::AtLeastPercent(_) | Self::First(_) => false,
        }
    }

    /// The constant of its number, and what that is checked for: that there can be so many tasks of `worker`. `itself`
    /// is what is pointed at, and `gather` the number of the fan-out.
    pub fn items(&self, gather: usize, place: Place, itself: &TokenStream, worker: &Ident) -> TokenStream {
        let at = place.first;
        let (krate, quorum) = (krate::name(at), constant("QUORUM", gather, at));
        match self {
            Self::All | Self::Settled => TokenStream::new(),
            Self::AtLeast(count) | Self::First(count) => {
                let width = constant("WIDTH", gather, at);
                let arithmetic = quote_spanned!(at=> #krate::capacity);
                quote_spanned! {at=>
                    const #quorum: usize = #count;
                    const _: () = <#itself as #krate::Quorum<{#arithmetic::is_width(#quorum)}>>::CHECKED;
                    const _: () = <#itself as #krate::WithinWidth<
                        #worker,
                        {#quorum as u64},
                        {#arithmetic::widest(#width)},
                        {#arithmetic::can_succeed(#quorum as u64, #arithmetic::widest(#width))}
                    >>::CHECKED;
                }
            }
            Self::AtLeastPercent(percent) => quote_spanned! {at=>
                const #quorum: u8 = #percent;
                const _: () = <#itself as #krate::Quorum<
                    {#krate::capacity::is_share(#quorum)}
                >>::CHECKED;
            },
        }
    }

    /// The policy as the library knows it.
    pub fn value(&self, gather: usize, span: Span) -> TokenStream {
        let (krate, quorum) = (krate::name(span), constant("QUORUM", gather, span));
        let value = match self {
            Self::All => quote_spanned!(span=> All),
            Self::Settled => quote_spanned!(span=> Settled),
            Self::AtLeast(_) => quote_spanned!(span=> AtLeast(#quorum)),
            Self::AtLeastPercent(_) => quote_spanned!(span=> AtLeastPercent(#quorum)),
            Self::First(_) => quote_spanned!(span=> First(#quorum)),
        };
        quote_spanned!(span=> #krate::Policy::#value)
    }
}

/// A constant of a fan-out among the items.
fn constant(name: &str, gather: usize, span: Span) -> Ident {
    format_ident!("__{name}{gather}", span = span)
}

/// As it is written between the parentheses of a barrier.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Settled => f.write_str("settled"),
            Self::AtLeast(count) => write!(f, "at_least = {}", line(count)),
            Self::AtLeastPercent(percent) => write!(f, "at_least = {}%", line(percent)),
            Self::First(count) => write!(f, "first = {}", line(count)),
        }
    }
}
