//! What was meant: stages in an order that can run.

use super::syntax::{AgentStage, Barrier, FanOut, Gate, Header, Raw, Rule, Stage};
use crate::errors::Errors;
use crate::spans::Place;
use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, Path, UnOp};

/// A stage that can run.
pub(super) enum Node {
    /// Hands the value to an agent.
    Agent { path: Path, place: Place },
    /// Stops what is doubtful.
    Gate { threshold: Expr, place: Place },
    /// A fan-out and its barrier, which are one: nothing can stand between them.
    Gather(Box<Gather>),
}

/// One task for each item of a field, and when they have done enough.
pub(super) struct Gather {
    pub(super) field: Ident,
    pub(super) max: Option<Expr>,
    pub(super) agent: Path,
    pub(super) rule: Rule,
    /// From `fan_out` to its agent.
    pub(super) fans_out: Place,
    pub(super) barrier: Place,
}

pub(super) fn check(raw: Raw, errors: &mut Errors) -> (Header, Vec<Node>) {
    let Raw { header, stages } = raw;
    let mut nodes = Vec::new();
    let mut stages = stages.into_iter().peekable();
    let mut has_agent = false;
    while let Some(stage) = stages.next() {
        match stage {
            Stage::Agent(AgentStage { path }) => {
                has_agent = true;
                check_path(&path, &header.ident, errors);
                let place = Place::of(&path);
                nodes.push(Node::Agent { path, place });
            }
            Stage::Gate(Gate { keyword: _, place, threshold }) => {
                check_threshold(&threshold, errors);
                nodes.push(Node::Gate { threshold, place });
            }
            Stage::FanOut(fan_out) => {
                has_agent = true;
                check_path(&fan_out.agent.path, &header.ident, errors);
                if let Some(max) = &fan_out.max {
                    check_max(max, errors);
                }
                if let Some(Stage::Barrier(_)) = stages.peek() {
                    if let Some(Stage::Barrier(barrier)) = stages.next() {
                        check_rule(&barrier.rule, errors);
                        nodes.push(gather(fan_out, barrier));
                    }
                } else {
                    missing_barrier(&fan_out, stages.peek(), &header.ident, errors);
                }
            }
            Stage::Barrier(barrier) => {
                errors.at_with_help(
                    &barrier.keyword,
                    "there is nothing to wait for: a `barrier` stands right after a `fan_out`",
                    "write `fan_out(field) agent => barrier(all)`, or leave the barrier out",
                );
            }
        }
    }
    if !has_agent && errors.is_empty() {
        let message = format!("pipeline `{}` has no agent", header.ident);
        errors.at_with_help(&header.ident, message, "name at least one agent");
    }
    (header, nodes)
}

fn gather(fan_out: FanOut, barrier: Barrier) -> Node {
    let FanOut { keyword, field, max, agent } = fan_out;
    let fans_out = Place::of(&keyword).to(Place::of(&agent.path));
    let (agent, rule, barrier) = (agent.path, barrier.rule, barrier.place);
    Node::Gather(Box::new(Gather { field, max, agent, rule, fans_out, barrier }))
}

/// The one mistake that loses work in silence elsewhere.
fn missing_barrier(fan_out: &FanOut, next: Option<&Stage>, pipeline: &Ident, errors: &mut Errors) {
    let worker = shown(&fan_out.agent.path);
    let written = format!("fan_out({}) {worker} => barrier(all)", fan_out.field);
    let (early, at, fixed) = match next {
        Some(Stage::Agent(agent)) => {
            let next = shown(&agent.path);
            (format!("`{next}` would start"), agent.path.to_token_stream(), format!("{written} => {next}"))
        }
        Some(Stage::FanOut(next)) => {
            let shown = shown(&next.agent.path);
            (
                format!("`{shown}` would start"),
                next.keyword.to_token_stream(),
                format!("{written} => {shown}"),
            )
        }
        Some(Stage::Gate(gate)) => (
            "the gate would be passed".to_owned(),
            gate.keyword.to_token_stream(),
            format!("{written} => gate(…)"),
        ),
        Some(Stage::Barrier(_)) | None => {
            (format!("`{pipeline}` would end"), fan_out.keyword.to_token_stream(), written)
        }
    };
    errors.at_with_help(
        at,
        format_args!("{early} before every `{worker}` has finished: a `fan_out` needs a `barrier` after it"),
        format_args!("write `{fixed}`"),
    );
}

/// The path as the user would write it.
pub(super) fn shown(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn check_path(path: &Path, pipeline: &Ident, errors: &mut Errors) {
    let own = match path.get_ident() {
        Some(ident) => ident == pipeline,
        None => {
            let mut segments = path.segments.iter();
            let of_self = segments.next().is_some_and(|first| first.ident == "self");
            of_self && path.segments.len() == 2 && segments.next().is_some_and(|last| last.ident == *pipeline)
        }
    };
    if own {
        errors.at_with_help(
            path,
            format_args!("pipeline `{}` contains itself, so it would never end", pipeline.unraw()),
            "name another agent or pipeline",
        );
    }
}

/// A number that can be read off, with its sign.
fn literal(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| -number),
        Expr::Paren(inner) => literal(&inner.expr),
        _ => None,
    }
}

fn check_threshold(threshold: &Expr, errors: &mut Errors) {
    if let Some(number) = literal(threshold)
        && !(0.0..=1.0).contains(&number)
    {
        errors.at_with_help(
            threshold,
            format_args!(
                "a confidence is in 0..=1, so it is {} {number}",
                if number > 1.0 { "never as high as" } else { "always above" }
            ),
            "write a threshold in 0..=1, such as `gate(confidence >= 0.6)`",
        );
    }
}

fn check_max(max: &Expr, errors: &mut Errors) {
    if let Some(number) = literal(max)
        && number < 1.0
    {
        errors.at_with_help(
            max,
            format_args!("a `fan_out` of at most {number} tasks does nothing"),
            "write `max = …` with the most tasks there may be, at least 1",
        );
    }
}

fn check_rule(rule: &Rule, errors: &mut Errors) {
    match rule {
        Rule::All | Rule::Settled => {}
        Rule::AtLeast(count) => {
            if let Some(number) = literal(count)
                && number < 1.0
            {
                errors.at_with_help(
                    count,
                    format_args!("a quorum of {number} is passed whatever happens"),
                    "write `barrier(settled)` if it may be, or ask for at least 1",
                );
            }
        }
        Rule::AtLeastPercent(percent) => {
            if let Some(number) = literal(percent)
                && !(number > 0.0 && number <= 100.0)
            {
                let wrong =
                    if number > 100.0 { "can never be reached" } else { "is passed whatever happens" };
                errors.at_with_help(
                    percent,
                    format_args!("a quorum of {number}% {wrong}"),
                    "write a share from 1% to 100%, or `barrier(settled)` if any outcome will do",
                );
            }
        }
    }
}
