//! `barrier(…)`

use super::chain::inside;
use super::model::{Barrier, Rule, Stage};
use super::next_token;
use super::options::comma;
use crate::errors::{Errors, spanned};
use crate::fragments;
use crate::spans::Place;
use crate::suggest;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{LitStr, Token};

/// How a barrier is written.
const BARRIERS: &str = "write `barrier(all)`, `barrier(at_least = 4)`, `barrier(at_least = 80%)`, `barrier(first = 2)` or `barrier(settled)`";

/// What can stand in its parentheses.
const NAMES: [&str; 5] = ["all", "settled", "at_least", "first", "deadline"];

pub fn parse(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Stage> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let (rule, deadline) = inside(parentheses, |input| {
        let (mut rule, mut deadline) = (None, None);
        if input.is_empty() {
            return Err(no_rule(parentheses));
        }
        while !input.is_empty() {
            if !input.peek(Ident::peek_any) {
                return Err(no_rule(&input.parse::<TokenStream>()?));
            }
            let rest: TokenStream = input.fork().parse()?;
            let name = input.call(Ident::parse_any)?;
            if name == "deadline" {
                let text = self::deadline(&name, input)?;
                if deadline.is_some() {
                    errors.twice(&name);
                }
                deadline = Some(text);
            } else if rule.is_some() && !NAMES.contains(&name.to_string().as_str()) {
                return Err(unknown(&name, "option"));
            } else if rule.is_some() {
                input.parse::<TokenStream>()?;
                errors.at_with_help(&rest, "a barrier has one rule", BARRIERS);
            } else {
                rule = Some(self::rule(&name, input)?);
            }
            comma(input, "write `barrier(all, deadline = \"30s\")`")?;
        }
        Ok((rule.ok_or_else(|| no_rule(parentheses))?, deadline))
    })?;
    Ok(Stage::Barrier(Barrier { keyword, place, rule, deadline }))
}

fn no_rule(at: &dyn ToTokens) -> syn::Error {
    spanned(at, format_args!("a barrier says when it is passed\nhelp: {BARRIERS}"))
}

fn unknown(name: &Ident, what: &str) -> syn::Error {
    let written = name.to_string();
    let (of, otherwise) = match what {
        "option" => (" of `barrier`", "behind its rule a barrier may have a deadline: `deadline = \"30s\"`"),
        _ => ("", BARRIERS),
    };
    let help = suggest::help(&written, &NAMES, otherwise);
    spanned(name, format_args!("unknown {what} `{written}`{of}\nhelp: {help}"))
}

fn rule(name: &Ident, input: ParseStream<'_>) -> syn::Result<Rule> {
    match name.to_string().as_str() {
        "all" => Ok(Rule::All),
        "settled" => Ok(Rule::Settled),
        "at_least" => at_least(name, input),
        "first" => first(name, input),
        _ => Err(unknown(name, "barrier")),
    }
}

/// `= "30s"`
fn deadline(name: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let help = "write `deadline = \"30s\"`";
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() || input.peek(Token![,]) {
        return Err(spanned(name, format_args!("`deadline` needs a value\nhelp: {help}")));
    }
    if input.peek(LitStr) {
        return input.parse();
    }
    let found = next_token(input);
    Err(spanned(&found, format_args!("`{found}` is no duration in quotes\nhelp: {help}")))
}

/// `= 4` or `= 80%`
fn at_least(name: &Ident, input: ParseStream<'_>) -> syn::Result<Rule> {
    let missing = || {
        let message =
            "how many tasks have to succeed?\nhelp: write `at_least = 4`, or a share: `at_least = 80%`";
        spanned(name, message)
    };
    let (tokens, share) = number(input)?;
    if let Ok(text) = syn::parse2::<LitStr>(tokens.clone()) {
        let message = "a quorum is a number of tasks, or a share of them\nhelp: write `at_least = 4`, or `at_least = 80%` without quotes";
        return Err(spanned(&text, message));
    }
    match (tokens.is_empty(), share) {
        (true, _) => Err(missing()),
        (false, Some(_)) => fragments::expression.parse2(tokens).map(Rule::AtLeastPercent),
        (false, None) => fragments::expression.parse2(tokens).map(Rule::AtLeast),
    }
}

/// `= 2`
fn first(name: &Ident, input: ParseStream<'_>) -> syn::Result<Rule> {
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
    fragments::expression.parse2(tokens).map(Rule::First)
}

/// What stands behind `=`, up to a comma or the end, and the `%` behind that.
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

/// Whether one token is left.
fn is_last(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<TokenTree>().is_ok() && fork.is_empty()
}
