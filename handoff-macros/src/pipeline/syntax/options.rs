//! What stands in the parentheses of a stage.

use super::chain::{inside, parse_agent, parse_braced};
use super::model::{Barrier, FanOut, Gate, Rule, Stage, Worker};
use super::next_token;
use crate::errors::Errors;
use crate::spans::Place;
use crate::suggest::nearest;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, Member, Token};

pub(super) fn gate(keyword: Ident, parentheses: &Group) -> syn::Result<Gate> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let shape = |at: TokenStream| {
        let at = if at.is_empty() { parentheses.to_token_stream() } else { at };
        syn::Error::new_spanned(at, "a gate tests the confidence\nhelp: write `gate(confidence >= 0.6)`")
    };
    let threshold = inside(parentheses, |input| {
        if !input.peek(Ident::peek_any) {
            return Err(shape(input.parse()?));
        }
        let what = input.call(Ident::parse_any)?;
        if what != "confidence" {
            let help = match nearest(&what.to_string(), ["confidence"]) {
                Some(_) => "did you mean `confidence`?",
                None => "write `gate(confidence >= 0.6)`",
            };
            let message = format!("a gate tests the confidence, not `{what}`\nhelp: {help}");
            return Err(syn::Error::new_spanned(what, message));
        }
        if !input.peek(Token![>=]) {
            return Err(shape(input.parse()?));
        }
        input.parse::<Token![>=]>()?;
        let begins = input.fork();
        let written: TokenStream = begins.parse()?;
        if written.is_empty() {
            return Err(shape(TokenStream::new()));
        }
        if written.clone().into_iter().last().is_some_and(|last| last.to_string() == "%") {
            let message =
                "a threshold is in 0..=1, not in per cent\nhelp: write `gate(confidence >= 0.6)` for 60 %";
            return Err(syn::Error::new_spanned(written, message));
        }
        let threshold: Expr = input.parse()?;
        if input.is_empty() { Ok(threshold) } else { Err(shape(input.parse()?)) }
    })?;
    Ok(Gate { keyword, place, threshold })
}

/// How a barrier is written.
const BARRIERS: &str =
    "write `barrier(all)`, `barrier(at_least = 4)`, `barrier(at_least = 80%)` or `barrier(settled)`";

pub(super) fn barrier(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Stage> {
    const RULES: [&str; 3] = ["all", "settled", "at_least"];

    let place = Place::of(&keyword).to(Place::of(parentheses));
    let rule = inside(parentheses, |input| {
        if !input.peek(Ident::peek_any) {
            let found: TokenStream = input.parse()?;
            let at = if found.is_empty() { parentheses.to_token_stream() } else { found };
            let message = format!("a barrier says when it is passed\nhelp: {BARRIERS}");
            return Err(syn::Error::new_spanned(at, message));
        }
        let name = input.call(Ident::parse_any)?;
        let rule = match name.to_string().as_str() {
            "all" => Rule::All,
            "settled" => Rule::Settled,
            "at_least" => quorum(&name, input)?,
            other => {
                let help = match nearest(other, RULES) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => BARRIERS.to_owned(),
                };
                return Err(syn::Error::new_spanned(
                    name,
                    format_args!("unknown barrier `{other}`\nhelp: {help}"),
                ));
            }
        };
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            let rest: TokenStream = input.parse()?;
            errors.at_with_help(rest, "a barrier has one rule", BARRIERS);
        }
        Ok(rule)
    })?;
    Ok(Stage::Barrier(Barrier { keyword, place, rule }))
}

/// `= 4` or `= 80%`
fn quorum(name: &Ident, input: ParseStream<'_>) -> syn::Result<Rule> {
    let missing = || {
        let message =
            "how many tasks have to succeed?\nhelp: write `at_least = 4`, or a share: `at_least = 80%`";
        syn::Error::new_spanned(name, message)
    };
    if !input.peek(Token![=]) {
        return Err(missing());
    }
    input.parse::<Token![=]>()?;
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.peek(Token![%]) && (input.peek2(Token![,]) || is_last(input)) {
            input.parse::<Token![%]>()?;
            return if tokens.is_empty() {
                Err(missing())
            } else {
                syn::parse2(tokens).map(Rule::AtLeastPercent)
            };
        }
        input.parse::<TokenTree>()?.to_tokens(&mut tokens);
    }
    if tokens.is_empty() { Err(missing()) } else { syn::parse2(tokens).map(Rule::AtLeast) }
}

/// Whether one token is left.
fn is_last(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<TokenTree>().is_ok() && fork.is_empty()
}

pub(super) fn fan_out(
    keyword: Ident,
    parentheses: &Group,
    rest: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Stage> {
    let mut max = None;
    let field = inside(parentheses, |input| {
        let field = field(input, parentheses)?;
        while !input.is_empty() {
            if !input.peek(Token![,]) {
                let found = next_token(input);
                let message =
                    format!("expected `,` before `{found}`\nhelp: write `fan_out(field, max = 8) agent`");
                return Err(syn::Error::new_spanned(found, message));
            }
            input.parse::<Token![,]>()?;
            if !input.is_empty() {
                option(input, &mut max, errors)?;
            }
        }
        Ok(field)
    });
    // The agent is read in any case, so that what follows can be.
    if rest.is_empty() || rest.peek(Token![=>]) {
        let message = format!(
            "`fan_out` needs an agent to work on the items\nhelp: write `{keyword}{parentheses} work`"
        );
        // Two mistakes, if the parentheses are wrong as well.
        let missing = syn::Error::new_spanned(&keyword, message);
        return Err(match field {
            Ok(_) => missing,
            Err(mut error) => {
                error.combine(missing);
                error
            }
        });
    }
    let worker = worker(rest, errors);
    match (field, worker) {
        (Ok(field), Ok(worker)) => Ok(Stage::FanOut(FanOut { keyword, field, max, worker })),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        (Err(mut error), Err(second)) => {
            error.combine(second);
            Err(error)
        }
    }
}

/// The agent that works on the items, or the stages that do.
fn worker(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Worker> {
    if !input.peek(syn::token::Brace) {
        return parse_agent(input).map(Worker::Agent);
    }
    let braces: Group = input.parse()?;
    let empty = "`fan_out` needs an agent to work on the items\nhelp: name at least one in the braces";
    let stages = parse_braced(&braces, empty, errors);
    Ok(Worker::Chain { braces: Place::of(&braces), stages })
}

/// The field that the items are in: a name, or the number of a part of a tuple.
fn field(input: ParseStream<'_>, parentheses: &Group) -> syn::Result<Member> {
    let help = "name a list field of what comes in: `fan_out(subtasks) work`";
    if input.is_empty() {
        let message = format!("what is to be fanned out?\nhelp: {help}");
        return Err(syn::Error::new_spanned(parentheses, message));
    }
    let not_a_field = |found: TokenStream| {
        let shown = found.to_string();
        syn::Error::new_spanned(found, format_args!("`{shown}` is not the name of a field\nhelp: {help}"))
    };
    if !(input.peek(syn::Ident) || input.peek(syn::LitInt)) {
        return Err(not_a_field(input.parse()?));
    }
    let whole: TokenStream = input.fork().parse()?;
    let field = input.parse()?;
    if input.peek(Token![.]) || input.peek(syn::token::Paren) || input.peek(Token![::]) {
        input.parse::<TokenStream>()?;
        return Err(not_a_field(whole));
    }
    Ok(field)
}

/// One option: `max = 8`.
fn option(input: ParseStream<'_>, max: &mut Option<Expr>, errors: &mut Errors) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        let found = next_token(input);
        let message = format!("expected an option, found `{found}`\nhelp: write `max = 8`");
        return Err(syn::Error::new_spanned(found, message));
    }
    let key = input.call(Ident::parse_any)?;
    let value = match input.parse::<Option<Token![=]>>()? {
        Some(_) if input.is_empty() || input.peek(Token![,]) => None,
        Some(_) => Some(input.parse::<Expr>()?),
        None => None,
    };
    match (key.to_string().as_str(), value) {
        ("max", Some(_)) if max.is_some() => {
            errors.at_with_help(&key, "`max` is given twice", "leave one of them out");
        }
        ("max", Some(value)) => *max = Some(value),
        ("max", None) => errors.at_with_help(&key, "`max` needs a value", "write `max = 8`"),
        (other, _) => {
            let help = match nearest(other, ["max"]) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "a fan-out has the option `max = …`".to_owned(),
            };
            errors.at_with_help(&key, format_args!("unknown option `{other}` of `fan_out`"), help);
        }
    }
    Ok(())
}
