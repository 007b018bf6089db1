//! `fan_out(…) agent`

use super::chain::{inside, is_stage, parse_agent, parse_braced};
use super::model::{FanOut, FanOutOptions, Items, Stage, Worker};
use super::next_token;
use super::options::{self, comma};
use crate::errors::{Errors, spanned};
use crate::fragments;
use crate::spans::Place;
use crate::suggest::names;
use proc_macro2::{Group, Ident, TokenStream};
use syn::Token;
use syn::parse::ParseStream;

pub fn parse(
    keyword: Ident,
    parentheses: &Group,
    rest: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Stage> {
    let mut options = FanOutOptions::default();
    let items = inside(parentheses, |input| {
        let items = items(input, parentheses)?;
        while !input.is_empty() {
            comma(input, "write `fan_out(field, max = 8) agent`")?;
            if !input.is_empty() {
                option(input, &mut options, errors)?;
            }
        }
        Ok(items)
    });
    // The agent is read in any case, so that what follows can be.
    if rest.is_empty() || rest.peek(Token![=>]) {
        let message = format!(
            "`fan_out` needs an agent to work on the items\nhelp: write `{keyword}{parentheses} work`"
        );
        // Two mistakes, if the parentheses are wrong as well.
        let missing = spanned(&keyword, message);
        return Err(match items {
            Ok(_) => missing,
            Err(mut error) => {
                error.combine(missing);
                error
            }
        });
    }
    let worker = worker(rest, errors);
    match (items, worker) {
        (Ok(items), Ok(worker)) => Ok(Stage::FanOut(Box::new(FanOut { keyword, items, options, worker }))),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        (Err(mut error), Err(second)) => {
            error.combine(second);
            Err(error)
        }
    }
}

/// The agent that works on the items, or the stages that do.
fn worker(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Worker> {
    if is_stage(input) {
        let message = "what works on the items and is more than an agent stands in braces\nhelp: write `fan_out(subtasks) { read => check }`";
        return Err(spanned(&next_token(input), message));
    }
    if !input.peek(syn::token::Brace) {
        return parse_agent(input).map(Worker::Agent);
    }
    let braces = fragments::braces(input)?;
    let empty = "`fan_out` needs an agent to work on the items\nhelp: name at least one in the braces";
    let stages = parse_braced(&braces, empty, errors);
    Ok(Worker::Chain { braces: Place::of(&braces), stages })
}

/// What the items are: a field by its name, or by its number in a tuple, or a closure.
fn items(input: ParseStream<'_>, parentheses: &Group) -> syn::Result<Items> {
    let help = "name a list field of what comes in: `fan_out(subtasks) work`, or choose the items: `fan_out(|plan| plan.subtasks) work`";
    if input.is_empty() {
        let message = format!("what is to be fanned out?\nhelp: {help}");
        return Err(spanned(parentheses, message));
    }
    if input.peek(Token![|]) || input.peek(Token![||]) || input.peek(Token![move]) {
        return input.parse().map(Items::Chosen);
    }
    let not_a_field = |found: TokenStream| {
        let shown = found.to_string();
        spanned(&found, format_args!("`{shown}` is not the name of a field\nhelp: {help}"))
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
    Ok(Items::Field(field))
}

/// The options as they are written.
const OPTIONS: [(&str, &str); 6] = [
    ("max", "max = 8"),
    ("concurrency", "concurrency = 4"),
    ("allow_empty", "allow_empty"),
    ("keep", "keep"),
    ("label", "label = |item| item.id.clone()"),
    ("recover", "recover = stand_in"),
];

/// One option: `max = 8`.
fn option(input: ParseStream<'_>, given: &mut FanOutOptions, errors: &mut Errors) -> syn::Result<()> {
    let (key, value) = options::option(input, "write `max = 8`")?;
    let Some((name, example)) = OPTIONS.iter().find(|(known, _)| key == known) else {
        let otherwise =
            "a fan-out has the options `max`, `concurrency`, `allow_empty`, `keep`, `label` and `recover`";
        options::unknown(&key, "fan_out", &names(&OPTIONS), otherwise, errors);
        return Ok(());
    };
    let FanOutOptions { max, concurrency, allow_empty, keep, label, recover } = given;
    let slot = match *name {
        "max" => max,
        "concurrency" => concurrency,
        "label" => label,
        "recover" => recover,
        // `allow_empty` and `keep`, which have no value.
        flag => {
            let given = if flag == "keep" { keep } else { allow_empty };
            if let Some(value) = value {
                let message = format!("`{flag}` takes no value");
                errors.at_with_help(&value, message, format_args!("write `{flag}` alone, or leave it out"));
            } else if *given {
                errors.twice(&key);
            }
            *given = true;
            return Ok(());
        }
    };
    match value {
        None => options::without_value(&key, example, errors),
        Some(_) if slot.is_some() => errors.twice(&key),
        Some(value) => *slot = Some(value),
    }
    Ok(())
}
