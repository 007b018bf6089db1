//! `fan_out(…) agent`

use super::chain::{inside, parse_agent, parse_braced};
use super::model::{FanOut, FanOutOptions, Items, Stage, Worker};
use super::next_token;
use crate::errors::{Errors, spanned};
use crate::spans::Place;
use crate::suggest::{names, nearest};
use proc_macro2::{Group, Ident, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, Token};

pub(super) fn parse(
    keyword: Ident,
    parentheses: &Group,
    rest: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Stage> {
    let mut options = FanOutOptions::default();
    let items = inside(parentheses, |input| {
        let items = items(input, parentheses)?;
        while !input.is_empty() {
            if !input.peek(Token![,]) {
                let found = next_token(input);
                let message =
                    format!("expected `,` before `{found}`\nhelp: write `fan_out(field, max = 8) agent`");
                return Err(spanned(&found, message));
            }
            input.parse::<Token![,]>()?;
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
    if !input.peek(syn::token::Brace) {
        return parse_agent(input).map(Worker::Agent);
    }
    let braces: Group = input.parse()?;
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
const OPTIONS: [(&str, &str); 5] = [
    ("max", "max = 8"),
    ("concurrency", "concurrency = 4"),
    ("allow_empty", "allow_empty"),
    ("label", "label = |item| item.id.clone()"),
    ("recover", "recover = stand_in"),
];

/// One option: `max = 8`.
fn option(input: ParseStream<'_>, options: &mut FanOutOptions, errors: &mut Errors) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        let found = next_token(input);
        let message = format!("expected an option, found `{found}`\nhelp: write `max = 8`");
        return Err(spanned(&found, message));
    }
    let key = input.call(Ident::parse_any)?;
    let value = match input.parse::<Option<Token![=]>>()? {
        Some(_) if input.is_empty() || input.peek(Token![,]) => None,
        Some(_) => Some(input.parse::<Expr>()?),
        None => None,
    };
    let name = key.to_string();
    let Some((name, example)) = OPTIONS.into_iter().find(|(known, _)| *known == name) else {
        let help = match nearest(&name, &names(&OPTIONS)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "a fan-out has the options `max`, `concurrency`, `allow_empty`, `label` and `recover`"
                .to_owned(),
        };
        errors.at_with_help(&key, format_args!("unknown option `{name}` of `fan_out`"), help);
        return Ok(());
    };
    let FanOutOptions { max, concurrency, allow_empty, label, recover } = options;
    let slot = match name {
        "max" => max,
        "concurrency" => concurrency,
        "label" => label,
        "recover" => recover,
        // `allow_empty`, which has no value.
        _ => {
            if let Some(value) = value {
                let message = "`allow_empty` takes no value";
                errors.at_with_help(&value, message, "write `allow_empty` alone, or leave it out");
            } else if *allow_empty {
                errors.at_with_help(&key, "`allow_empty` is given twice", "leave one of them out");
            }
            *allow_empty = true;
            return Ok(());
        }
    };
    match value {
        None => {
            errors.at_with_help(
                &key,
                format_args!("`{name}` needs a value"),
                format_args!("write `{example}`"),
            );
        }
        Some(_) if slot.is_some() => {
            errors.at_with_help(&key, format_args!("`{name}` is given twice"), "leave one of them out");
        }
        Some(value) => *slot = Some(value),
    }
    Ok(())
}
