//! Stages, one after the other, with an arrow for each handoff.

use super::model::{AgentStage, Stage};
use super::{barrier, branches, fan_out, gate, join, next_token};
use crate::agent;
use crate::errors::{Errors, at_end, spanned};
use crate::suggest::{help, names, nearest};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use std::fmt::Display;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Path, Token};

/// The stages that are not agents, as they are written.
const STAGES: [(&str, &str); 8] = [
    ("gate", "gate(confidence >= 0.6)"),
    ("fan_out", "fan_out(field) agent"),
    ("barrier", "barrier(all)"),
    ("match", "match { Pattern(part) => agent, _ => agent }"),
    ("repeat", "repeat(max = 3, until = |output| output.done) { agent }"),
    ("join", "join(agent, agent)"),
    ("race", "race(agent, agent)"),
    ("map", "map(|output| output.part)"),
];

/// What is written for an `if`.
const BRANCHES: &str = "write `match { Pattern(part) if condition => agent, _ => agent }`";

/// Reads the stages in braces; where there are none, `empty` says what is missing.
pub fn parse_braced(braces: &Group, empty: impl Display, errors: &mut Errors) -> Vec<Stage> {
    if braces.stream().is_empty() {
        errors.at(braces, empty);
        return vec![Stage::Unreadable];
    }
    parse_tokens(braces.stream(), errors)
}

/// Reads stages that have been set apart.
pub fn parse_tokens(tokens: TokenStream, errors: &mut Errors) -> Vec<Stage> {
    let mut stages = Vec::new();
    let parser = |input: ParseStream<'_>| {
        parse(input, &mut stages, errors);
        // What could not be understood has been reported.
        input.parse::<TokenStream>()
    };
    let parsed = parser.parse2(tokens);
    errors.take(parsed);
    stages
}

/// Reads stages up to the end. What cannot be understood is reported, and passed over up to the next arrow.
fn parse(input: ParseStream<'_>, stages: &mut Vec<Stage>, errors: &mut Errors) {
    loop {
        match parse_stage(input, errors) {
            Ok(stage) => {
                stages.push(stage);
                if let Err(error) = parse_names(input, stages) {
                    errors.push(error);
                    skip_to_arrow(input);
                }
            }
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

/// Whether a stage is next that is no agent.
pub fn is_stage(input: ParseStream<'_>) -> bool {
    input.peek(Token![match])
        || input.peek(Ident::peek_any) && (input.peek2(syn::token::Paren) || input.peek2(syn::token::Brace))
}

/// Reads `=>`, or what was meant to be one. The error leaves the input where the next stage should be.
fn parse_arrow(input: ParseStream<'_>) -> syn::Result<()> {
    let help = "every handoff is written `=>`";
    if input.peek(Token![=>]) {
        let arrow: Token![=>] = input.parse()?;
        if input.is_empty() {
            let message = "no stage follows this `=>`\nhelp: name the agent that is handed the value";
            return Err(spanned(&arrow, message));
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
    } else if input.peek(Token![.]) && input.peek2(Token![await]) {
        let dot: Token![.] = input.parse()?;
        let keyword: Token![await] = input.parse()?;
        let message =
            "stages are not awaited\nhelp: leave `.await` out: a pipeline awaits each of its stages";
        return Err(spanned(&quote::quote!(#dot #keyword), message));
    } else if input.peek(Token![?]) {
        let mark: Token![?] = input.parse()?;
        let message =
            "no stage hands on a `Result`\nhelp: leave `?` out: an error of a stage is that of the run";
        return Err(spanned(&mark, message));
    } else if input.peek(Token![!]) {
        let mark: Token![!] = input.parse()?;
        input.parse::<TokenTree>()?;
        let message = "a stage is not written by a macro\nhelp: name the agent, or have a macro write the whole `pipeline!`";
        return Err(spanned(&mark, message));
    } else if input.peek(Token![,])
        || input.peek(Token![;])
        || input.peek(Token![.])
        || input.peek(Token![>])
        || input.peek(Token![|])
    {
        input.parse::<TokenTree>()?.to_token_stream()
    } else {
        let found = next_token(input);
        let message = format!("expected `=>` before `{found}`\nhelp: {help}");
        return Err(spanned(&found, message));
    };
    let shown = wrong.to_string().replace(' ', "");
    let message = if input.is_empty() {
        format!("expected nothing after the last stage, found `{shown}`\nhelp: leave it out")
    } else {
        format!("expected `=>`, found `{shown}`\nhelp: {help}")
    };
    Err(spanned(&wrong, message))
}

/// `as name`, and `or` where it cannot stand.
fn parse_names(input: ParseStream<'_>, stages: &mut Vec<Stage>) -> syn::Result<()> {
    while input.peek(Token![as]) {
        let keyword: Token![as] = input.parse()?;
        let help = "write `plan as p`, and `p` in the closures that follow";
        if !input.peek(Ident::peek_any) {
            let message = format!("`as` gives the output of a stage a name\nhelp: {help}");
            return Err(spanned(&keyword, message));
        }
        let name = input.call(Ident::parse_any)?;
        let parsed = syn::parse2::<Ident>(name.to_token_stream());
        if parsed.is_err() || name == "_" || name.unraw().to_string().starts_with(char::is_uppercase) {
            let message = format!("`{name}` is not a name that an output can have\nhelp: {help}");
            return Err(spanned(&name, message));
        }
        stages.push(Stage::Bind(name));
    }
    if is_or(input) {
        let or: Ident = input.parse()?;
        let help = match stages.last() {
            Some(Stage::FanOut(_)) => "put both into braces: `fan_out(field) { plan or plan_simple }`",
            _ => "write `plan or plan_simple`; what is more than an agent can be a pipeline of its own",
        };
        let message = format!("`or` stands between agents or pipelines\nhelp: {help}");
        return Err(spanned(&or, message));
    }
    Ok(())
}

/// Whether `or` is next, and not an agent of that name.
fn is_or(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<Ident>().is_ok_and(|ident| ident == "or")
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
    if input.peek(Token![match]) {
        return branches::match_(input, errors);
    }
    if input.peek(Ident::peek_any) && input.peek2(syn::token::Paren) {
        let keyword = input.call(Ident::parse_any)?;
        let parentheses: Group = input.parse()?;
        return match keyword.to_string().as_str() {
            "gate" => gate::parse(keyword, &parentheses).map(Stage::Gate),
            "barrier" => barrier::parse(keyword, &parentheses, errors),
            "fan_out" => fan_out::parse(keyword, &parentheses, input, errors),
            "repeat" => branches::repeat(keyword, &parentheses, input, errors),
            "join" => join::parse(keyword, &parentheses, errors),
            "race" => join::parse_race(keyword, &parentheses, errors),
            "map" => branches::map(&keyword, &parentheses),
            name => Err(unknown(name, &keyword, &parentheses)),
        };
    }
    if let Some((name, example)) = lone_keyword(input) {
        let keyword: Ident = input.parse()?;
        let message = format!("`{name}` needs its parentheses\nhelp: write `{example}`");
        return Err(spanned(&keyword, message));
    }
    if input.peek(Ident::peek_any) && input.peek2(syn::token::Brace) {
        let keyword = input.call(Ident::parse_any)?;
        return Err(unknown_in_braces(&keyword));
    }
    parse_agents(input)
}

/// An agent, or several with `or` between them.
pub fn parse_agents(input: ParseStream<'_>) -> syn::Result<Stage> {
    let first = parse_agent(input)?;
    if !is_or(input) {
        return Ok(Stage::Agent(first));
    }
    let mut agents = vec![first];
    while is_or(input) {
        let or: Ident = input.parse()?;
        if input.is_empty() || input.peek(Token![=>]) {
            let message =
                "no agent follows this `or`\nhelp: name the one that is called where the first fails";
            return Err(spanned(&or, message));
        }
        let is_stage = input.peek(Token![match])
            || input.peek(Ident::peek_any)
                && (input.peek2(syn::token::Paren) || input.peek2(syn::token::Brace));
        if is_stage {
            let message = "`or` stands between agents or pipelines\nhelp: write `plan or plan_simple`; what is more than an agent can be a pipeline of its own";
            return Err(spanned(&or, message));
        }
        agents.push(parse_agent(input)?);
    }
    Ok(Stage::Or(agents))
}

fn unknown(name: &str, keyword: &Ident, parentheses: &Group) -> syn::Error {
    if name == "optional" {
        let message = "`optional(…)` stands in a `join`\nhelp: write `join(legal, optional(style))`";
        return spanned(keyword, message);
    }
    let has_options = parentheses.stream().into_iter().any(|tree| tree.to_string() == "=");
    let otherwise = match name {
        "all" | "concurrent" | "par" | "parallel" => {
            "write `join(agent, agent)`, or `fan_out(field) agent` for each item of a list".to_owned()
        }
        "retry" => "say it of the agent: `#[agent(retries = 2)]`".to_owned(),
        name if agent::ARGUMENTS.contains(&name) => format!("say it of the agent: `#[agent({name} = …)]`"),
        name if has_options => {
            format!(
                "an agent is named without parentheses: `{name}`; its options stand at its function, `#[agent(…)]`"
            )
        }
        name => format!("an agent is named without parentheses: `{name}`"),
    };
    let help = help(name, &names(&STAGES), &otherwise);
    spanned(keyword, format_args!("unknown stage `{name}(…)`\nhelp: {help}"))
}

fn unknown_in_braces(keyword: &Ident) -> syn::Error {
    let name = keyword.to_string();
    let help = match nearest(&name, &["match", "repeat", "fan_out"]) {
        Some("match") => "did you mean `match`?".to_owned(),
        Some("repeat") => "did you mean `repeat(max = 3, until = …) { … }`?".to_owned(),
        Some(_) => "did you mean `fan_out(field) { … }`?".to_owned(),
        None => match name.as_str() {
            "if" | "switch" | "select" => BRANCHES.to_owned(),
            "loop" | "while" | "for" => STAGES
                .iter()
                .find(|(stage, _)| *stage == if name == "for" { "fan_out" } else { "repeat" })
                .map(|(_, example)| format!("write `{example}`"))
                .unwrap_or_default(),
            _ => "braces stand after `match`, `repeat(…)` and `fan_out(…)`".to_owned(),
        },
    };
    spanned(keyword, format_args!("unknown stage `{name} {{…}}`\nhelp: {help}"))
}

/// `fan_out` and the like where an agent would stand but cannot be meant: another agent follows.
fn lone_keyword(input: ParseStream<'_>) -> Option<(&'static str, &'static str)> {
    let fork = input.fork();
    let ident: Ident = fork.parse().ok()?;
    if fork.peek(Token![as]) || is_or(&fork) {
        return None;
    }
    if !(fork.peek(Ident::peek_any)
        || fork.peek(Token![|])
        || fork.peek(syn::token::Brace)
        || fork.peek(syn::token::Bracket))
    {
        return None;
    }
    STAGES.into_iter().find(|(name, _)| ident == name)
}

/// What to write for what begins like no stage.
fn instead_of(found: &str) -> &'static str {
    match found {
        "|" | "||" | "move" | "async" => {
            "write `map(|output| output.part)`, or make it an agent: `#[agent] async fn`"
        }
        "if" => BRANCHES,
        "for" => "write `fan_out(field) agent => barrier(all)`",
        "loop" | "while" => "write `repeat(max = 3, until = |output| output.done) { agent }`",
        "let" => "write `plan as p` to give the output of a stage a name",
        _ => {
            "a stage is the name of an agent or a pipeline, or one of `gate(…)`, `fan_out(…) agent`, `barrier(…)`, `match { … }`, `repeat(…) { … }`, `join(…)`, `race(…)`, `map(…)`"
        }
    }
}

/// The name of an agent or of a pipeline.
pub fn parse_agent(input: ParseStream<'_>) -> syn::Result<AgentStage> {
    if let Some(attribute) = input.call(Attribute::parse_outer)?.first() {
        let message =
            "a stage cannot have an attribute\nhelp: leave it out, or write a pipeline for each `#[cfg(…)]`";
        return Err(spanned(attribute, message));
    }
    let first = input.fork();
    let first_is_name = first.parse::<Ident>().is_ok();
    if !(first_is_name || input.peek(Ident::peek_any) && input.peek2(Token![::]) || input.peek(Token![::])) {
        let found = next_token(input);
        let message = format!("expected a stage, found `{found}`\nhelp: {}", instead_of(&found.to_string()));
        return Err(spanned(&found, message));
    }
    let rest = input.fork();
    let path = input.parse::<Path>().map_err(|error| match rest.parse::<TokenStream>() {
        Ok(rest) => at_end(error, &rest, "this path is not finished\nhelp: name an agent after `::`"),
        Err(_) => error,
    })?;
    if let Some(generic) = path.segments.iter().find(|segment| !segment.arguments.is_none()) {
        let message = "an agent is never generic\nhelp: leave the type arguments out";
        return Err(spanned(&generic.arguments.to_token_stream(), message));
    }
    if let Some(last) = path.segments.last() {
        let name = last.ident.unraw().to_string();
        if name.starts_with(char::is_uppercase) {
            let message = format!(
                "`{name}` is named like a type, and a stage is the name of an agent\nhelp: name the `#[agent]` function that makes it"
            );
            return Err(spanned(&path, message));
        }
    }
    Ok(AgentStage { path })
}

/// Reads what stands in the parentheses to its end. What ends too early has no place of its own: the parentheses are
/// pointed at.
pub fn inside<T>(
    parentheses: &Group,
    mut parser: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    debug_assert_eq!(parentheses.delimiter(), Delimiter::Parenthesis);
    let mut ended = false;
    let parser = |input: ParseStream<'_>| {
        let parsed = parser(input);
        if parsed.is_err() {
            ended = input.is_empty();
            // What follows an error is of no use.
            input.parse::<TokenStream>()?;
        }
        Ok(parsed)
    };
    parser.parse2(parentheses.stream()).flatten().map_err(|error| {
        let message = error.to_string();
        match message.strip_prefix("unexpected end of input, ") {
            Some(message) if ended => spanned(parentheses, message),
            // Of the parameters of a closure.
            None if ended && message == "expected `,`" => {
                let message = "the parameters of a closure end in `|`\nhelp: write `|output| output.part`";
                spanned(parentheses, message)
            }
            _ => error,
        }
    })
}
