//! `join(…)`

use super::branches::split_at_comma;
use super::chain::{inside, parse_agents, parse_braced};
use super::model::{Branch, Join, Stage};
use super::next_token;
use crate::errors::{Errors, shown, spanned};
use crate::fragments;
use crate::spans::Place;
use proc_macro2::{Group, Ident};
use syn::Token;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;

/// As many branches as the tuples that take their outputs.
const MOST: usize = 8;

/// How a join is written.
const JOIN: &str = "write `join(legal, security)`";

pub fn parse(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Stage> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let mut readable = true;
    let branches = inside(parentheses, |input| {
        let mut branches = Vec::new();
        while !input.is_empty() {
            match branch(input, errors) {
                Ok(branch) => branches.push(branch),
                Err(error) => {
                    errors.push(error);
                    readable = false;
                }
            }
            split_at_comma(input)?;
        }
        Ok(branches)
    })?;
    if !readable {
        return Ok(Stage::Unreadable);
    }
    if (2..=MOST).contains(&branches.len()) {
        return Ok(Stage::Join(Join { keyword, place, branches }));
    }
    let (wrong, help) = match &branches[..] {
        [] => ("`join` needs the agents that it runs", JOIN.to_owned()),
        [Branch { optional: true, .. }] => {
            let help = "write `join(legal, optional(style))`";
            ("what is optional stands beside what is not", help.to_owned())
        }
        [Branch { optional: false, stages }] => {
            let help = match &stages[..] {
                [Stage::Agent(agent)] => {
                    format!("write `{}` alone, or `join(legal, security)`", shown(&agent.path))
                }
                _ => "write its stages alone, or `join(legal, security)`".to_owned(),
            };
            ("a `join` of one agent is the agent", help)
        }
        _ => ("`join` takes 8 agents at most", "join some of them in a pipeline of their own".to_owned()),
    };
    Err(spanned(parentheses, format_args!("{wrong}\nhelp: {help}")))
}

/// One branch, up to its comma or the end.
fn branch(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Branch> {
    if is_option(input) {
        return Err(option(&input.call(Ident::parse_any)?));
    }
    let branch = if let Some(parentheses) = optional(input)? {
        inside(&parentheses, |input| {
            if input.is_empty() {
                let message = "`optional` needs the branch that may fail\nhelp: write `optional(style)`";
                return Err(spanned(&parentheses, message));
            }
            let branch = stages(input, errors)?;
            input.parse::<Option<Token![,]>>()?;
            ended(input)?;
            Ok(Branch { optional: true, ..branch })
        })?
    } else {
        stages(input, errors)?
    };
    ended(input)?;
    Ok(branch)
}

/// Agents, or stages in braces.
fn stages(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Branch> {
    if input.peek(syn::token::Brace) {
        let braces = fragments::braces(input)?;
        let empty = "this branch has no stages\nhelp: name at least one agent in the braces";
        let stages = parse_braced(&braces, empty, errors);
        return Ok(Branch { optional: false, stages });
    }
    if is_stage(input) {
        let keyword = next_token(input);
        let message = "a branch of a `join` that is more than an agent stands in braces\nhelp: write `join({ read => check }, security)`";
        return Err(spanned(&keyword, message));
    }
    Ok(Branch { optional: false, stages: vec![parse_agents(input)?] })
}

/// Nothing follows a branch but a comma.
fn ended(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    let found = next_token(input);
    if input.peek(Token![=>]) || input.peek(Token![as]) {
        let message = "a branch of a `join` that is more than an agent stands in braces\nhelp: write `join({ read => check }, security)`";
        return Err(spanned(&found, message));
    }
    Err(spanned(&found, format_args!("expected `,` before `{found}`\nhelp: {JOIN}")))
}

/// The parentheses of `optional(…)`, if that is next.
fn optional(input: ParseStream<'_>) -> syn::Result<Option<Group>> {
    if !input.peek2(syn::token::Paren)
        || !input.fork().parse::<Ident>().is_ok_and(|ident| ident == "optional")
    {
        return Ok(None);
    }
    input.parse::<Ident>()?;
    input.parse().map(Some)
}

/// Whether a stage is next that is no agent.
fn is_stage(input: ParseStream<'_>) -> bool {
    input.peek(Token![match])
        || input.peek(Ident::peek_any) && (input.peek2(syn::token::Paren) || input.peek2(syn::token::Brace))
}

/// Whether `name = …` is next, which a join has none of.
fn is_option(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![=>])
}

fn option(name: &Ident) -> syn::Error {
    let help = match name.to_string().as_str() {
        "concurrency" | "max" => {
            "leave it out: all branches begin at once, as far as `Limits::tasks_in_flight` of the runtime lets them"
        }
        "deadline" | "timeout" => {
            "leave it out, and write `#[agent(timeout = \"30s\")]` on the agents, or give the run a deadline"
        }
        "retries" => "leave it out, and write `#[agent(retries = 2)]` on the agents",
        "label" => "leave it out: a branch goes by the name of its agent",
        "recover" | "optional" | "at_least" | "first" | "settled" => {
            "leave it out, and write `optional(style)` for a branch that may fail, or `style or style_simple`"
        }
        _ => "leave it out",
    };
    spanned(name, format_args!("`join` has branches and no options, so no `{name}`\nhelp: {help}"))
}
