//! The stages that hold others: `match` and `repeat`; and `map`, which holds a closure.

use super::chain::{inside, parse_braced, parse_tokens};
use super::model::{Arm, Map, Match, Repeat, Stage};
use super::next_token;
use super::options::{self, comma};
use crate::errors::{Errors, at_end, spanned};
use crate::fragments;
use crate::spans::Place;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, Pat, Token};

/// How a `match` is written.
const MATCH: &str = "write `match { Triage::Billing(ticket) => billing, _ => other }`";

pub fn match_(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Stage> {
    let keyword: Token![match] = input.parse()?;
    if !input.peek(syn::token::Brace) {
        // Up to the braces, if there are any: `match triage { … }`.
        let mut scrutinee = TokenStream::new();
        while !(input.is_empty() || input.peek(syn::token::Brace) || input.peek(Token![=>])) {
            input.parse::<TokenTree>()?.to_tokens(&mut scrutinee);
        }
        if scrutinee.is_empty() || !input.peek(syn::token::Brace) {
            let message = format!("`match` needs its arms\nhelp: {MATCH}");
            return Err(spanned(&keyword, message));
        }
        errors.at_with_help(
            &scrutinee,
            "`match` matches the value that comes in, which has no name here",
            MATCH,
        );
    }
    let braces = fragments::braces(input)?;
    if braces.stream().is_empty() {
        return Err(spanned(&braces, format_args!("this `match` has no arms\nhelp: {MATCH}")));
    }
    let mut arms = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match arm(input, errors) {
                Ok(arm) => arms.push(arm),
                Err(error) => {
                    errors.push(error);
                    split_at_comma(input)?;
                }
            }
        }
        Ok(())
    };
    parser.parse2(braces.stream())?;
    Ok(Stage::Match(Match { keyword, arms }))
}

/// One arm, with the comma after it.
fn arm(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Arm> {
    for attribute in input.call(Attribute::parse_outer)? {
        errors.at_with_help(
            &attribute,
            "an arm cannot have an attribute",
            "leave it out, or write a pipeline for each `#[cfg(…)]`",
        );
    }
    let begins: TokenStream = next_token(input);
    let ended = |error: syn::Error, input: ParseStream<'_>| {
        // The end of input has no place of its own.
        if input.is_empty() {
            spanned(&begins, format_args!("this arm is not complete\nhelp: {MATCH}"))
        } else {
            error
        }
    };
    let pattern = Pat::parse_multi_with_leading_vert(input).map_err(|error| ended(error, input))?;
    let guard = match input.parse::<Option<Token![if]>>()? {
        Some(keyword) => Some(guard(keyword, input)?),
        None => None,
    };
    if !input.peek(Token![=>]) {
        let at = if input.is_empty() || input.peek(Token![,]) {
            pattern.to_token_stream()
        } else {
            next_token(input)
        };
        let message = format!("expected `=>` and the stages of this arm\nhelp: {MATCH}");
        return Err(spanned(&at, message));
    }
    let arrow: Token![=>] = input.parse()?;
    let empty = "this arm has no stages\nhelp: name at least one agent after `=>`";
    let block = input.fork();
    // `Billing(ticket) => { billing => page }`, with or without a comma.
    let braces = fragments::braces(&block).ok().filter(|_| !block.peek(Token![=>]));
    let (place, stages) = if let Some(braces) = braces {
        input.parse::<TokenTree>()?;
        input.parse::<Option<Token![,]>>()?;
        (Place::of(&braces), parse_braced(&braces, empty, errors))
    } else {
        let tokens = split_at_comma(input)?;
        if tokens.is_empty() {
            return Err(spanned(&arrow, empty));
        }
        if let Some(next) = next_arm(&tokens) {
            let message = "expected `,` before the next arm\nhelp: every arm ends in a comma";
            return Err(spanned(&next, message));
        }
        (Place::of(&tokens), parse_tokens(tokens, errors))
    };
    Ok(Arm { pattern, guard, place, stages })
}

fn guard(keyword: Token![if], input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.peek(Token![let]) {
        let message = "a guard here is a condition, and binds nothing\nhelp: write the pattern in full, or test with `matches!(…)`";
        return Err(spanned(&input.parse::<Token![let]>()?, message));
    }
    if input.is_empty() || input.peek(Token![=>]) {
        let message = "no condition follows this `if`\nhelp: write `Pattern(part) if part.urgent => agent`";
        return Err(spanned(&keyword, message));
    }
    let condition = input.fork();
    input.parse().map_err(|error| match condition.parse::<TokenStream>() {
        Ok(condition) => {
            let message =
                "this condition is not finished\nhelp: write `Pattern(part) if part.urgent => agent`";
            at_end(error, &condition, message)
        }
        Err(_) => error,
    })
}

/// Takes what stands before the next comma, and the comma.
pub fn split_at_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        if input.parse::<Option<Token![,]>>()?.is_some() {
            break;
        }
        input.parse::<TokenTree>()?.to_tokens(&mut tokens);
    }
    Ok(tokens)
}

/// Where the comma between two arms is missing: a name like a type's, not at the beginning, can only be a pattern.
fn next_arm(tokens: &TokenStream) -> Option<Ident> {
    let mut after_stage = false;
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(ident) => {
                if after_stage && ident.to_string().starts_with(char::is_uppercase) {
                    return Some(ident);
                }
                after_stage = ident != "or" && ident != "as";
            }
            TokenTree::Punct(_) => after_stage = false,
            TokenTree::Group(_) | TokenTree::Literal(_) => after_stage = true,
        }
    }
    None
}

/// How a `repeat` is written.
const REPEAT: &str = "write `repeat(max = 3, until = |output| output.done) { agent }`";

pub fn repeat(
    keyword: Ident,
    parentheses: &Group,
    rest: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Stage> {
    let mut given = RepeatOptions::default();
    let options = inside(parentheses, |input| {
        while !input.is_empty() {
            option(input, &mut given, errors)?;
            comma(input, REPEAT)?;
        }
        Ok(())
    });
    if !rest.peek(syn::token::Brace) {
        let message = format!("`repeat` needs its stages in braces\nhelp: {REPEAT}");
        let missing = spanned(&keyword, message);
        return Err(match options {
            Ok(()) => missing,
            Err(mut error) => {
                error.combine(missing);
                error
            }
        });
    }
    let braces = fragments::braces(rest)?;
    let stages = parse_braced(
        &braces,
        "this `repeat` has no stages\nhelp: name at least one agent in the braces",
        errors,
    );
    options?;
    let missing =
        |what: &str, help: &str| spanned(&keyword, format_args!("`repeat` needs {what}\nhelp: {help}"));
    let RepeatOptions { max, until, or_last } = given;
    match (max, until) {
        (Some(Some(max)), Some(Some(until))) => {
            Ok(Stage::Repeat(Repeat { keyword, max, until, or_last: or_last.is_some(), stages }))
        }
        (Some(_), Some(_)) => Ok(Stage::Unreadable),
        (None, Some(_)) => Err(missing("`max = …`, the most rounds there may be", "write `max = 3`")),
        (Some(_), None) => {
            Err(missing("`until = …`, the test that ends it", "write `until = |output| output.done`"))
        }
        (None, None) => Err(missing("`max = …` and `until = …`", REPEAT)),
    }
}

/// The options of `repeat`. `Some(None)` is one whose value is wrong, which has been reported.
#[derive(Default)]
#[allow(clippy::option_option)] // not given; given, but wrong; given
struct RepeatOptions {
    max: Option<Option<Expr>>,
    until: Option<Option<Expr>>,
    or_last: Option<Option<Expr>>,
}

fn option(input: ParseStream<'_>, given: &mut RepeatOptions, errors: &mut Errors) -> syn::Result<()> {
    let (key, value) = options::option(input, REPEAT)?;
    let RepeatOptions { max, until, or_last } = given;
    let (option, example) = match key.unraw().to_string().as_str() {
        "max" => (max, "max = 3"),
        "until" => (until, "until = |output| output.done"),
        "else" => (or_last, "else = last"),
        _ => {
            let otherwise = "a loop has the options `max = …`, `until = …` and `else = last`";
            options::unknown(&key, "repeat", &["max", "until", "else"], otherwise, errors);
            // It may have been meant to be one that is missing.
            max.get_or_insert(None);
            until.get_or_insert(None);
            return Ok(());
        }
    };
    if matches!(option, Some(Some(_))) {
        errors.twice(&key);
        return Ok(());
    }
    *option = Some(match value {
        None => {
            options::without_value(&key, example, errors);
            None
        }
        Some(value) if key == "until" => errors.take(closure(value, "until", "|output| output.done")),
        Some(value) if key.unraw() == "else" => errors.take(last(value)),
        Some(value) => Some(value),
    });
    Ok(())
}

/// What a loop goes on with where it has run out of rounds: `last`.
fn last(value: Expr) -> syn::Result<Expr> {
    if let Expr::Path(path) = &value
        && path.path.is_ident("last")
    {
        return Ok(value);
    }
    let message = "a loop that runs out of rounds can go on with its last output, and with nothing else\nhelp: write `else = last`, or leave it out: then the run fails, and the error has that output";
    Err(spanned(&value, message))
}

pub fn map(keyword: &Ident, parentheses: &Group) -> syn::Result<Stage> {
    let help = "write `map(|output| output.part)`";
    if parentheses.stream().is_empty() {
        let message = format!("`map` needs a closure\nhelp: {help}");
        return Err(spanned(parentheses, message));
    }
    let closure = inside(parentheses, |input| {
        let closure = fragments::expression(input)?;
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() {
            return Ok(closure);
        }
        let rest: TokenStream = input.parse()?;
        Err(spanned(&rest, format_args!("`map` takes one closure\nhelp: {help}")))
    })?;
    let closure = self::closure(closure, "map", "|output| output.part")?;
    Ok(Stage::Map(Map { place: Place::of(keyword).to(Place::of(parentheses)), closure }))
}

/// A closure of one parameter, or the name of a function. That of `until` may have the round as its second.
fn closure(expression: Expr, of: &str, example: &str) -> syn::Result<Expr> {
    let (equals, most) = if of == "until" { ("until = ", 2) } else { ("", 1) };
    let (at, wrong) = match &expression {
        Expr::Closure(closure) if closure.asyncness.is_some() => {
            (closure.asyncness.to_token_stream(), "is pure: what waits is an agent".to_owned())
        }
        Expr::Closure(closure) => match closure.inputs.len() {
            0 => (expression.to_token_stream(), "takes the output: its closure has one parameter".to_owned()),
            given if given <= most => return Ok(expression),
            _ => {
                let takes = if most == 1 {
                    "takes the output alone: its closure has one parameter"
                } else {
                    "takes the output, and the number of the round: its closure has one parameter or two"
                };
                (closure.inputs.to_token_stream(), takes.to_owned())
            }
        },
        Expr::Path(_) => return Ok(expression),
        _ => (expression.to_token_stream(), "takes a closure".to_owned()),
    };
    Err(spanned(&at, format_args!("`{of}` {wrong}\nhelp: write `{equals}{example}`")))
}
