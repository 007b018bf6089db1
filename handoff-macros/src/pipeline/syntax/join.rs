//! `join(…)` and `race(…)`: branches on the same value.

use super::branches::split_at_comma;
use super::chain::{inside, is_stage, parse_agents, parse_braced};
use super::model::{Branch, Join, Race, Stage};
use super::next_token;
use crate::errors::{Errors, shown, spanned};
use crate::fragments;
use crate::spans::Place;
use proc_macro2::{Group, Ident};
use syn::Token;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;

/// As many branches as the tuples that take the outputs of a join.
const MOST: usize = 8;

pub fn parse(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Stage> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let Some(branches) = branches(Word::Join, parentheses, errors)? else { return Ok(Stage::Unreadable) };
    if let [Branch { optional: true, .. }] = &branches[..] {
        let message =
            "what is optional stands beside what is not\nhelp: write `join(legal, optional(style))`";
        return Err(spanned(parentheses, message));
    }
    Word::Join.count(parentheses, &branches)?;
    Ok(Stage::Join(Join { keyword, place, branches }))
}

pub fn parse_race(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Stage> {
    let Some(branches) = branches(Word::Race, parentheses, errors)? else { return Ok(Stage::Unreadable) };
    Word::Race.count(parentheses, &branches)?;
    let branches = branches.into_iter().map(|branch| branch.stages).collect();
    Ok(Stage::Race(Race { keyword, branches }))
}

/// All branches; `None` where one of them cannot be understood, which has been reported.
fn branches(word: Word, parentheses: &Group, errors: &mut Errors) -> syn::Result<Option<Vec<Branch>>> {
    let mut readable = true;
    let branches = inside(parentheses, |input| {
        let mut branches = Vec::new();
        while !input.is_empty() {
            match word.branch(input, errors) {
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
    Ok(readable.then_some(branches))
}

/// What stands before the parentheses.
#[derive(Clone, Copy)]
enum Word {
    Join,
    Race,
}

impl Word {
    fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Race => "race",
        }
    }

    /// How it is written.
    fn example(self) -> &'static str {
        match self {
            Self::Join => "join(legal, security)",
            Self::Race => "race(security, security_simple)",
        }
    }

    /// Refuses too few branches, and too many.
    fn count(self, parentheses: &Group, branches: &[Branch]) -> syn::Result<()> {
        let (name, example) = (self.name(), self.example());
        let (wrong, help) = match branches {
            [] => (format!("`{name}` needs the agents that it runs"), format!("write `{example}`")),
            [only] => {
                let help = match &only.stages[..] {
                    [Stage::Agent(agent)] => {
                        format!("write `{}` alone, or `{example}`", shown(&agent.path))
                    }
                    _ => format!("write its stages alone, or `{example}`"),
                };
                (format!("a `{name}` of one agent is the agent"), help)
            }
            _ if branches.len() <= MOST => return Ok(()),
            _ => {
                let help = format!("{name} some of them in a pipeline of their own");
                (format!("`{name}` takes {MOST} agents at most"), help)
            }
        };
        Err(spanned(parentheses, format_args!("{wrong}\nhelp: {help}")))
    }

    /// One branch, up to its comma or the end.
    fn branch(self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Branch> {
        if is_option(input) {
            return Err(self.option(&input.call(Ident::parse_any)?));
        }
        let branch = if let Some((word, parentheses)) = optional(input)? {
            if let Self::Race = self {
                let message = "every branch of a `race` may fail: the first that succeeds is the result\nhelp: leave `optional` out";
                return Err(spanned(&word, message));
            }
            inside(&parentheses, |input| {
                if input.is_empty() {
                    let message = "`optional` needs the branch that may fail\nhelp: write `optional(style)`";
                    return Err(spanned(&parentheses, message));
                }
                let branch = self.stages(input, errors)?;
                input.parse::<Option<Token![,]>>()?;
                self.ended(input)?;
                Ok(Branch { optional: true, ..branch })
            })?
        } else {
            self.stages(input, errors)?
        };
        self.ended(input)?;
        Ok(branch)
    }

    /// Agents, or stages in braces.
    fn stages(self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Branch> {
        if input.peek(syn::token::Brace) {
            let braces = fragments::braces(input)?;
            let empty = "this branch has no stages\nhelp: name at least one agent in the braces";
            let stages = parse_braced(&braces, empty, errors);
            return Ok(Branch { optional: false, stages });
        }
        if is_stage(input) {
            return Err(self.in_braces(input));
        }
        Ok(Branch { optional: false, stages: vec![parse_agents(input)?] })
    }

    /// Nothing follows a branch but a comma.
    fn ended(self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(());
        }
        if input.peek(Token![=>]) || input.peek(Token![as]) {
            return Err(self.in_braces(input));
        }
        let (found, example) = (next_token(input), self.example());
        Err(spanned(&found, format_args!("expected `,` before `{found}`\nhelp: write `{example}`")))
    }

    fn in_braces(self, input: ParseStream<'_>) -> syn::Error {
        let name = self.name();
        let message = format!(
            "a branch of a `{name}` that is more than an agent stands in braces\nhelp: write `{name}({{ read => check }}, security)`"
        );
        spanned(&next_token(input), message)
    }

    /// Refuses `name = …`, which neither has.
    fn option(self, option: &Ident) -> syn::Error {
        let help = match (option.to_string().as_str(), self) {
            ("concurrency" | "max", _) => {
                "leave it out: all branches begin at once, as far as `Limits::tasks_in_flight` of the runtime lets them"
            }
            ("deadline" | "timeout", _) => {
                "leave it out, and write `#[agent(timeout = \"30s\")]` on the agents, or give the run a deadline"
            }
            ("retries", _) => "leave it out, and write `#[agent(retries = 2)]` on the agents",
            ("label", _) => "leave it out: a branch goes by the name of its agent",
            ("recover" | "optional" | "at_least" | "first" | "settled", Self::Join) => {
                "leave it out, and write `optional(style)` for a branch that may fail, or `style or style_simple`"
            }
            ("recover" | "optional" | "at_least" | "first" | "settled", Self::Race) => {
                "leave it out: the first branch that succeeds is the result, and `style or style_simple` is what may follow one that fails"
            }
            _ => "leave it out",
        };
        let name = self.name();
        spanned(option, format_args!("`{name}` has branches and no options, so no `{option}`\nhelp: {help}"))
    }
}

/// `optional(…)`, if that is next: the word, and the parentheses.
fn optional(input: ParseStream<'_>) -> syn::Result<Option<(Ident, Group)>> {
    if !input.peek2(syn::token::Paren)
        || !input.fork().parse::<Ident>().is_ok_and(|ident| ident == "optional")
    {
        return Ok(None);
    }
    Ok(Some((input.parse()?, input.parse()?)))
}

/// Whether `name = …` is next.
fn is_option(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![=>])
}
