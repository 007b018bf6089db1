//! Stages, one after the other, with an arrow for each handoff.

use super::model::{AgentStage, Stage};
use super::{barrier, fan_out, gate, next_token};
use crate::errors::Errors;
use crate::suggest::nearest;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Path, Token};

/// The stages that are not agents, as they are written.
const STAGES: [(&str, &str); 3] =
    [("gate", "gate(confidence >= 0.6)"), ("fan_out", "fan_out(field) agent"), ("barrier", "barrier(all)")];

/// Reads stages up to the end. What cannot be understood is reported, and passed over up to the next arrow.
pub(super) fn parse(input: ParseStream<'_>, stages: &mut Vec<Stage>, errors: &mut Errors) {
    loop {
        match parse_stage(input, errors) {
            Ok(stage) => stages.push(stage),
            Err(error) => {
                errors.push(error);
                stages.push(Stage::Unreadable);
                skip_to_arrow(input);
            }
        }
        if input.is_empty() {
            return;
        }
        if let Err(error) = parse_arrow(input) {
            errors.push(error);
            // A stage is what was meant to follow; without one there is nothing to go on with.
            if !input.peek(Ident::peek_any) {
                stages.push(Stage::Unreadable);
                skip_to_arrow(input);
                let _ = input.parse::<Token![=>]>();
            }
            if input.is_empty() {
                return;
            }
        }
    }
}

/// Reads `=>`, or what was meant to be one. The error leaves the input where the next stage should be.
fn parse_arrow(input: ParseStream<'_>) -> syn::Result<()> {
    let help = "every handoff is written `=>`";
    if input.peek(Token![=>]) {
        let arrow: Token![=>] = input.parse()?;
        if input.is_empty() {
            let message = "no stage follows this `=>`\nhelp: name the agent that is handed the value";
            return Err(syn::Error::new_spanned(arrow, message));
        }
        return Ok(());
    }
    let wrong = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?.to_token_stream()
    } else if input.peek(Token![|]) && input.peek2(Token![>]) {
        let bar: Token![|] = input.parse()?;
        let arrow: Token![>] = input.parse()?;
        quote::quote!(#bar #arrow)
    } else if input.peek(Token![>>]) {
        input.parse::<Token![>>]>()?.to_token_stream()
    } else if input.peek(Token![,]) || input.peek(Token![;]) || input.peek(Token![.]) || input.peek(Token![>])
    {
        input.parse::<TokenTree>()?.to_token_stream()
    } else {
        let found = next_token(input);
        let message = format!("expected `=>` before `{found}`\nhelp: {help}");
        return Err(syn::Error::new_spanned(found, message));
    };
    let shown = wrong.to_string().replace(' ', "");
    let message = if input.is_empty() {
        format!("expected nothing after the last stage, found `{shown}`\nhelp: leave it out")
    } else {
        format!("expected `=>`, found `{shown}`\nhelp: {help}")
    };
    Err(syn::Error::new_spanned(wrong, message))
}

/// Passes over what cannot be understood, so that what follows still can.
fn skip_to_arrow(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![=>]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// One stage. After an error its options have been read or what is left of it is of no use.
fn parse_stage(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Stage> {
    if input.peek(Ident::peek_any) && input.peek2(syn::token::Paren) {
        let keyword = input.call(Ident::parse_any)?;
        let parentheses: Group = input.parse()?;
        return match keyword.to_string().as_str() {
            "gate" => gate::parse(keyword, &parentheses).map(Stage::Gate),
            "barrier" => barrier::parse(keyword, &parentheses, errors),
            "fan_out" => fan_out::parse(keyword, &parentheses, input, errors),
            name => Err(unknown(name, &keyword)),
        };
    }
    if let Some((name, example)) = lone_keyword(input) {
        let keyword: Ident = input.parse()?;
        let message = format!("`{name}` needs its parentheses\nhelp: write `{example}`");
        return Err(syn::Error::new_spanned(keyword, message));
    }
    parse_agent(input).map(Stage::Agent)
}

fn unknown(name: &str, keyword: &Ident) -> syn::Error {
    let known = STAGES.map(|(name, _)| name);
    let help = match nearest(name, known) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("an agent is named without parentheses: `{name}`"),
    };
    syn::Error::new_spanned(keyword, format_args!("unknown stage `{name}(…)`\nhelp: {help}"))
}

/// `fan_out` and the like where an agent would stand but cannot be meant: another agent follows.
fn lone_keyword(input: ParseStream<'_>) -> Option<(&'static str, &'static str)> {
    let fork = input.fork();
    let ident: Ident = fork.parse().ok()?;
    if !(fork.peek(Ident::peek_any) || fork.peek(syn::token::Brace) || fork.peek(syn::token::Bracket)) {
        return None;
    }
    STAGES.into_iter().find(|(name, _)| ident == name)
}

/// The name of an agent or of a pipeline.
pub(super) fn parse_agent(input: ParseStream<'_>) -> syn::Result<AgentStage> {
    let first = input.fork();
    let first_is_name = first.parse::<Ident>().is_ok();
    if !(first_is_name || input.peek(Ident::peek_any) && input.peek2(Token![::]) || input.peek(Token![::])) {
        let found = next_token(input);
        let message = format!(
            "expected a stage, found `{found}`\nhelp: a stage is the name of an agent or a pipeline, `gate(…)`, `fan_out(…) agent` or `barrier(…)`"
        );
        return Err(syn::Error::new_spanned(found, message));
    }
    let path: Path = input.parse()?;
    if let Some(generic) = path.segments.iter().find(|segment| !segment.arguments.is_none()) {
        let message = "an agent is never generic\nhelp: leave the type arguments out";
        return Err(syn::Error::new_spanned(generic.arguments.to_token_stream(), message));
    }
    if let Some(last) = path.segments.last() {
        let name = last.ident.unraw().to_string();
        if name.starts_with(char::is_uppercase) {
            let message = format!(
                "`{name}` is named like a type, and a stage is the name of an agent\nhelp: name the `#[agent]` function that makes it"
            );
            return Err(syn::Error::new_spanned(&path, message));
        }
    }
    Ok(AgentStage { path })
}

/// What stands in the parentheses, read to its end by `parser`. What ends too early has no place of its own:
/// the parentheses are pointed at.
pub(super) fn inside<T>(
    parentheses: &Group,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    use syn::parse::Parser as _;

    debug_assert_eq!(parentheses.delimiter(), Delimiter::Parenthesis);
    let mut ended = false;
    let read = |input: ParseStream<'_>| {
        let parsed = parser(input);
        ended = parsed.is_err() && input.is_empty();
        // What follows an error is of no use.
        if parsed.is_err() {
            input.parse::<TokenStream>()?;
        }
        Ok(parsed)
    };
    let parsed = read.parse2(parentheses.stream()).flatten();
    parsed.map_err(|error| {
        let message = error.to_string();
        match message.strip_prefix("unexpected end of input, ") {
            Some(message) if ended => syn::Error::new_spanned(parentheses, message),
            _ => error,
        }
    })
}
