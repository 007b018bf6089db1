//! What was meant: stages in an order that can run.

use super::syntax::{AgentStage, Barrier, FanOut, FanOutOptions, Gate, Header, Items, Raw, Rule, Stage};
use crate::agent::{CALLER, RESERVED};
use crate::duration;
use crate::errors::{Errors, shown};
use crate::spans::Place;
use proc_macro2::Ident;
use quote::ToTokens as _;
use std::time::Duration;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, ExprLit, ExprUnary, Lit, LitStr, Path, Type, UnOp};

/// A stage that can run.
pub(super) enum Node {
    /// Hands the value to an agent.
    Agent { path: Path, place: Place },
    /// Stops what is doubtful.
    Gate { threshold: Expr, place: Place },
    /// A fan-out and its barrier, which are one: nothing can stand between them.
    Gather(Box<Gather>),
}

/// One task for each item, and when they have done enough.
pub(super) struct Gather {
    pub(super) items: Items,
    pub(super) options: FanOutOptions,
    pub(super) agent: Path,
    pub(super) rule: Rule,
    pub(super) deadline: Option<Duration>,
    /// From `fan_out` to its agent.
    pub(super) fans_out: Place,
    pub(super) barrier: Place,
}

pub(super) fn check(raw: Raw, errors: &mut Errors) -> (Header, Vec<Node>) {
    let Raw { mut header, stages } = raw;
    check_header(&mut header, errors);
    let mut nodes = Vec::new();
    let mut stages = stages.into_iter().peekable();
    let mut has_agent = false;
    // A fan-out that lacks its barrier has been reported: one that comes too late is part of that.
    let mut is_open = false;
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
                is_open = false;
                check_path(&fan_out.agent.path, &header.ident, errors);
                check_items(&fan_out.items, errors);
                check_options(&fan_out.options, errors);
                match stages.next_if(|stage| matches!(stage, Stage::Barrier(_) | Stage::Unreadable)) {
                    Some(Stage::Barrier(barrier)) => {
                        check_rule(&barrier.rule, errors);
                        nodes.push(gather(fan_out, barrier, errors));
                    }
                    Some(_) => {}
                    None => {
                        is_open = true;
                        missing_barrier(&fan_out, stages.peek(), &header.ident, errors);
                    }
                }
            }
            Stage::Barrier(_) if is_open => is_open = false,
            Stage::Barrier(barrier) => {
                errors.at_with_help(
                    &barrier.keyword,
                    "there is nothing to wait for: a `barrier` stands right after a `fan_out`",
                    "write `fan_out(field) agent => barrier(all)`, or leave the barrier out",
                );
            }
            // It may have been a fan-out.
            Stage::Unreadable => is_open = true,
        }
    }
    if !has_agent && errors.is_empty() {
        let message = format!("pipeline `{}` has no agent", header.ident);
        errors.at_with_help(&header.ident, message, "name at least one agent");
    }
    (header, nodes)
}

fn check_header(header: &mut Header, errors: &mut Errors) {
    let Header { krate: _, attributes, visibility: _, ident, input, output } = header;
    if *ident == CALLER {
        errors.at_with_help(&*ident, RESERVED, "rename the pipeline");
    }
    for attribute in &*attributes {
        check_attribute(attribute, errors);
    }
    check_payload(input, &format!("pipeline `{ident}` takes"));
    check_payload(output, &format!("pipeline `{ident}` returns"));
}

fn check_attribute(attribute: &Attribute, errors: &mut Errors) {
    let known = ["doc", "cfg", "deprecated", "allow"];
    if !known.iter().any(|name| attribute.path().is_ident(name)) {
        errors.at_with_help(
            attribute,
            "a pipeline cannot have this attribute",
            "leave it out: a pipeline has doc comments, `#[cfg(…)]`, `#[allow(…)]` and `#[deprecated]`",
        );
    }
}

/// Types that can be seen to be no contract, whatever their names mean. The error takes the type's
/// place, which is then as unknown to rustc as it is to us: nothing follows from it.
fn check_payload(ty: &mut Type, does: &str) {
    let help = match &*ty {
        Type::Reference(reference) => match shown(&*reference.elem).as_str() {
            "str" => "write `String`".to_owned(),
            owned => format!("write `{owned}`"),
        },
        Type::ImplTrait(_) => "write a type with a name".to_owned(),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return };
            if last.ident != "Result" || last.arguments.is_none() {
                return;
            }
            "write the output alone: whatever fails in a pipeline is the error of its run".to_owned()
        }
        _ => return,
    };
    let shown = shown(&*ty);
    let message = format!("{does} `{shown}`, which cannot cross a handoff\nhelp: {help}");
    let error = syn::Error::new_spanned(&*ty, message).into_compile_error();
    *ty = Type::Verbatim(quote::quote!([(); {#error}]));
}

fn gather(fan_out: FanOut, barrier: Barrier, errors: &mut Errors) -> Node {
    let FanOut { keyword, items, options, agent } = fan_out;
    let Barrier { keyword: _, place: barrier, rule, deadline } = barrier;
    let fans_out = Place::of(&keyword).to(Place::of(&agent.path));
    let deadline = deadline.and_then(|text| check_deadline(&text, errors));
    let agent = agent.path;
    Node::Gather(Box::new(Gather { items, options, agent, rule, deadline, fans_out, barrier }))
}

/// The one mistake that loses work in silence elsewhere.
fn missing_barrier(fan_out: &FanOut, next: Option<&Stage>, pipeline: &Ident, errors: &mut Errors) {
    let worker = shown(&fan_out.agent.path);
    let written = format!("fan_out({}) {worker} => barrier(all)", fan_out.items.shown());
    let (early, at, fixed) = match next {
        Some(Stage::Agent(agent)) if agent.path.is_ident("barrier") => {
            let message = "`barrier` says when it is passed";
            errors.at_with_help(&agent.path, message, format_args!("write `{written}`"));
            return;
        }
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
        Some(Stage::Barrier(_) | Stage::Unreadable) | None => {
            (format!("`{pipeline}` would end"), fan_out.keyword.to_token_stream(), written)
        }
    };
    errors.at_with_help(
        at,
        format_args!("{early} before every `{worker}` has finished: a `fan_out` needs a `barrier` after it"),
        format_args!("write `{fixed}`"),
    );
}

fn check_path(path: &Path, pipeline: &Ident, errors: &mut Errors) {
    let of_self = path.segments.len() == 2 && path.segments[0].ident == "self";
    let own = (path.get_ident().is_some() || of_self)
        && path.segments.last().is_some_and(|last| last.ident == *pipeline);
    if own {
        errors.at_with_help(
            path,
            format_args!("pipeline `{}` contains itself, so it would never end", pipeline.unraw()),
            "name another agent or pipeline, and if that is called the same, rename this one",
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

/// What takes the place of a closure that cannot be one: it has to be made of what it is given.
fn check_items(items: &Items, errors: &mut Errors) {
    let Items::Chosen(closure) = items else {
        return;
    };
    if closure.inputs.len() != 1 {
        errors.at_with_help(
            closure,
            "the closure of a `fan_out` takes what comes in, and nothing else",
            "write `fan_out(|plan| plan.subtasks) work`",
        );
    }
}

fn check_options(options: &FanOutOptions, errors: &mut Errors) {
    let FanOutOptions { max, concurrency, allow_empty: _, label, recover } = options;
    if let Some(max) = max {
        check_max(max, errors);
    }
    if let Some(concurrency) = concurrency
        && let Some(number) = literal(concurrency)
        && number < 1.0
    {
        errors.at_with_help(
            concurrency,
            format_args!("a `fan_out` with {number} tasks under way at once never does anything"),
            "write `concurrency = …` with the most tasks that may run at once, at least 1",
        );
    }
    let callable = |value: &Option<Expr>, inputs: usize, message: &str, help: &str, errors: &mut Errors| {
        let is_wrong = match value {
            Some(Expr::Closure(closure)) => closure.inputs.len() != inputs,
            Some(Expr::Lit(_)) => true,
            _ => false,
        };
        if is_wrong {
            errors.at_with_help(value, message, help);
        }
    };
    let help = "write `label = |item| item.id.clone()`, or name a function of the item";
    callable(label, 1, "a `label` is made of the item, and of nothing else", help, errors);
    let help = "write `recover = |item, failure| …`, or name a function of both";
    callable(recover, 2, "`recover` makes an output of the item and of its failure", help, errors);
}

fn check_deadline(literal: &LitStr, errors: &mut Errors) -> Option<Duration> {
    let text = literal.value();
    let text = text.trim();
    let deadline = duration::parse(text);
    if deadline == Some(Duration::ZERO) {
        errors.at_with_help(literal, "a deadline of nothing: no task is that fast", duration::SHAPE);
    } else if text == "none" {
        errors.at_with_help(literal, "`none` is not a deadline", "leave `deadline` out where there is none");
    } else if deadline.is_none() {
        errors.at_with_help(literal, format_args!("`{text}` is not a duration"), duration::SHAPE);
    }
    deadline
}

fn check_rule(rule: &Rule, errors: &mut Errors) {
    match rule {
        Rule::All | Rule::Settled => {}
        Rule::First(count) => {
            if let Some(number) = literal(count)
                && (number < 1.0 || number.fract() != 0.0)
            {
                errors.at_with_help(
                    count,
                    format_args!("{number} is not a number of successes to wait for"),
                    "write a whole number from 1: `barrier(first = 2)`",
                );
            }
        }
        Rule::AtLeast(count) => {
            if let Some(number) = literal(count)
                && number.fract() != 0.0
            {
                let share = number * 100.0;
                let help = if (1.0..=100.0).contains(&share) {
                    format!("write `at_least = {share:.0}%` for a share")
                } else {
                    "write a whole number".to_owned()
                };
                errors.at_with_help(count, format_args!("{number} is not a number of tasks"), help);
            } else if let Some(number) = literal(count)
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
                && number.fract() != 0.0
            {
                let help = format!("write `{:.0}%`", number.ceil());
                errors.at_with_help(percent, "a share of tasks is in whole per cent", help);
            } else if let Some(number) = literal(percent)
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
