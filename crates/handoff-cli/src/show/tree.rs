//! A run as a tree, a line for each thing that took its time.

use std::collections::HashMap;
use std::time::Duration;

use handoff_log::{Cause, End, FanOut, FanOutKind, LoggedGate, LoggedRun, Span, SpanKind};

use crate::output::{Ink, Paint, plain};
use crate::words::{self, counted};

/// Tasks of a fan-out that are shown one by one, whatever became of them.
const FEW: usize = 4;

/// Tasks that failed and are shown one by one, where there are more.
const MOST_FAILED: usize = 5;

/// Levels that are gone into: a log may come from anywhere.
const DEEPEST: usize = 100;

/// The width beyond which a name does not push the others to the right.
const WIDEST: usize = 44;

const HERE: &str = "← the run failed here";

/// A line before its columns are aligned.
struct Row {
    /// The branches of the tree, and what it is.
    name: String,
    ink: Ink,
    end: String,
    took: String,
    /// What else there is to say.
    more: String,
    more_ink: Ink,
}

impl Row {
    /// What is not shown.
    fn note(name: String) -> Self {
        let (end, took, more) = (String::new(), String::new(), String::new());
        Self { name, ink: Ink::Faint, end, took, more, more_ink: Ink::Faint }
    }
}

pub(super) fn lines(run: &LoggedRun, all: bool, paint: Paint) -> Vec<String> {
    let mut gates = HashMap::<_, Vec<_>>::new();
    for (index, gate) in run.gates.iter().enumerate().filter(|(_, gate)| !gate.passed) {
        gates.entry(gate.span).or_default().push((index, gate));
    }
    let mut tree = Tree { run, all, cause: run.cause(), gates, rows: Vec::new() };
    tree.children(LoggedRun::ROOT, "", 0);
    let width = |text: &dyn Fn(&Row) -> &str, most: usize| {
        tree.rows.iter().map(|row| text(row).chars().count().min(most)).max().unwrap_or(0)
    };
    let names = width(&|row| &row.name, WIDEST);
    let ends = width(&|row| &row.end, usize::MAX);
    let took = width(&|row| &row.took, usize::MAX);
    let line = |row: &Row| {
        let end = paint.with(row.ink, format_args!("{:<ends$}", row.end));
        let line = format!("{:<names$}  {end}  {:>took$}", row.name, row.took);
        if row.more.is_empty() {
            return line.trim_end().to_owned();
        }
        format!("{line}  {}", paint.with(row.more_ink, &row.more))
    };
    tree.rows.iter().map(line).collect()
}

struct Tree<'r> {
    run: &'r LoggedRun,
    all: bool,
    /// What the run failed by.
    cause: Option<Cause>,
    /// The gates that were not passed, by the span that they are in.
    gates: HashMap<usize, Vec<(usize, &'r LoggedGate)>>,
    rows: Vec<Row>,
}

/// What has a line of its own.
enum Part<'r> {
    Span(usize, &'r Span),
    Gate(usize, &'r LoggedGate),
}

impl<'r> Tree<'r> {
    /// What is in a span, after what stands before it on the line.
    fn children(&mut self, parent: usize, indent: &str, depth: usize) {
        let children: Vec<_> = self.run.children(parent).collect();
        let (shown, rest) = self.shown(parent, &children);
        let mut parts: Vec<_> = shown.into_iter().map(|(index, span)| Part::Span(index, span)).collect();
        for &(index, gate) in self.gates.get(&parent).map_or(&[][..], Vec::as_slice) {
            // After whatever began before it.
            let place =
                parts.iter().rposition(|part| !matches!(part, Part::Span(_, span) if span.start >= gate.t));
            parts.insert(place.map_or(0, |before| before + 1), Part::Gate(index, gate));
        }
        let last = parts.len() - usize::from(rest.is_none() && !parts.is_empty());
        for (place, part) in parts.into_iter().enumerate() {
            // What stands at the top is the run's own: it needs no branch.
            let (branch, below) = match (depth, place == last) {
                (0, _) => ("", ""),
                (_, true) => ("└ ", "  "),
                (_, false) => ("├ ", "│ "),
            };
            let (index, span) = match part {
                Part::Span(index, span) => (index, span),
                Part::Gate(index, gate) => {
                    self.rows.push(self.gate(&format!("{indent}{branch}"), index, gate));
                    continue;
                }
            };
            self.rows.push(self.row(format!("{indent}{branch}{}", name(span)), index, span));
            if self.is_told(index, span) {
                continue;
            }
            let indent = format!("{indent}{below}");
            if depth < DEEPEST {
                self.children(index, &indent, depth + 1);
            } else if let below @ 1.. = super::below(self.run, index) {
                self.rows.push(Row::note(format!("{indent}└ … {} below", counted(below, "part", "parts"))));
            }
        }
        if let Some(rest) = rest {
            self.rows.push(Row::note(format!("{indent}└ {rest}")));
        }
    }

    /// The children that are shown, and the rest in words.
    fn shown(
        &self,
        parent: usize,
        children: &[(usize, &'r Span)],
    ) -> (Vec<(usize, &'r Span)>, Option<String>) {
        let is_list = matches!(
            &self.run.spans[parent].kind,
            SpanKind::FanOut(fan_out) if fan_out.kind == FanOutKind::FanOut
        );
        if self.all || !is_list || children.len() <= FEW {
            return (children.to_vec(), None);
        }
        let is_failed = |span: &Span| !matches!(span.outcome, Some(End::Ok | End::Stopped));
        let holds_cause = |index: usize| self.holds_cause(index);
        let mut shown = Vec::new();
        let mut hidden: Vec<(&str, u64)> = Vec::new();
        for &(index, span) in children {
            if holds_cause(index) || (is_failed(span) && shown.len() < MOST_FAILED) {
                shown.push((index, span));
                continue;
            }
            let end = words::end(span.outcome);
            match hidden.iter_mut().find(|(known, _)| *known == end) {
                Some((_, count)) => *count += 1,
                None => hidden.push((end, 1)),
            }
        }
        let all: u64 = hidden.iter().map(|(_, count)| count).sum();
        let ends: Vec<_> =
            hidden.iter().map(|(end, count)| format!("{} {end}", words::thousands(*count))).collect();
        let rest = (all > 0).then(|| format!("… {} more: {}", words::thousands(all), ends.join(", ")));
        (shown, rest)
    }

    fn holds_cause(&self, index: usize) -> bool {
        let cause = self.cause.and_then(|cause| match cause {
            Cause::Span(span) => Some(span),
            Cause::Gate(gate) => Some(self.run.gates[gate].span),
            _ => None,
        });
        std::iter::successors(cause, |span| self.run.spans[*span].parent).any(|span| span == index)
    }

    /// Whether the line of a span says all that is in it: a task that is one attempt.
    fn is_told(&self, index: usize, span: &Span) -> bool {
        let mut children = self.run.children(index);
        match (&span.kind, children.next(), children.next()) {
            (SpanKind::Task { agent, .. }, Some((_, only)), None) => {
                only.is_call()
                    && only.agent() == Some(agent)
                    && only.outcome == span.outcome
                    && !self.gates.contains_key(&index)
            }
            _ => false,
        }
    }

    /// A gate that was not passed.
    fn gate(&self, branch: &str, index: usize, gate: &LoggedGate) -> Row {
        let sure = format!("{} is {} sure", plain(&gate.agent), gate.confidence);
        let (more, more_ink) = match self.cause {
            Some(Cause::Gate(cause)) if cause == index => (format!("{HERE}  {sure}"), Ink::Bad),
            _ => (sure, Ink::Faint),
        };
        let (end, took) = (words::end(Some(End::Failed)).to_owned(), String::new());
        Row { name: format!("{branch}gate ≥ {}", gate.threshold), ink: Ink::Bad, end, took, more, more_ink }
    }

    fn row(&self, name: String, index: usize, span: &Span) -> Row {
        let (ink, end) = match (&span.kind, span.outcome) {
            (SpanKind::FanOut(fan_out), outcome) => settled(fan_out, outcome),
            (_, Some(End::Failed)) if span.is_retried() => (Ink::Odd, "retried".to_owned()),
            (_, outcome) => (ink(outcome), words::end(outcome).to_owned()),
        };
        let only = self.run.children(index).map(|(_, child)| child).next();
        let call = if self.is_told(index, span) { only } else { Some(span) };
        let is_cause = match self.cause {
            Some(Cause::Span(cause)) => {
                cause == index || (self.is_told(index, span) && self.run.spans[cause].parent == Some(index))
            }
            _ => false,
        };
        let mut more = Vec::new();
        if let Some(SpanKind::Call(call)) = call.map(|span| &span.kind)
            && let Some(usage) = call.usage
        {
            more.push(words::tokens(usage));
        }
        if let SpanKind::FanOut(fan_out) = &span.kind
            && let Some(policy) = &fan_out.policy
        {
            more.push(plain(policy).to_string());
        }
        if is_cause {
            more.push(HERE.to_owned());
        }
        // What is in it says why, where something in it has failed, too.
        let fails_by_child = self.gates.contains_key(&index)
            || self.run.children(index).any(|(_, child)| matches!(child.outcome, Some(End::Failed)));
        let why = span.why.as_deref().filter(|_| !fails_by_child || self.is_told(index, span));
        if let Some(why) = why {
            let message = if why.message.is_empty() { &why.kind } else { &why.message };
            more.push(plain(message).to_string());
        }
        Row {
            name,
            ink,
            end,
            took: span
                .micros()
                .map_or_else(String::new, |micros| words::duration(Duration::from_micros(micros))),
            more: more.join("  "),
            more_ink: if is_cause { Ink::Bad } else { Ink::Faint },
        }
    }
}

fn ink(outcome: Option<End>) -> Ink {
    match outcome {
        Some(End::Ok) => Ink::Good,
        Some(End::Failed) => Ink::Bad,
        Some(End::Recovered) | None => Ink::Odd,
        _ => Ink::Faint,
    }
}

/// What became of the tasks of a fan-out.
fn settled(fan_out: &FanOut, outcome: Option<End>) -> (Ink, String) {
    let Some(settled) = fan_out.settled else {
        return (ink(outcome), words::end(outcome).to_owned());
    };
    let ink = match outcome {
        Some(End::Ok) if settled.failed > 0 => Ink::Odd,
        outcome => ink(outcome),
    };
    let (ok, width) = (words::thousands(settled.succeeded), words::thousands(fan_out.width));
    let end = match settled.failed {
        0 => format!("{ok} of {width} ok"),
        failed => format!("{ok} of {width} ok, {} failed", words::thousands(failed)),
    };
    (ink, end)
}

fn name(span: &Span) -> String {
    match &span.kind {
        SpanKind::Run => "run".to_owned(),
        SpanKind::Pipeline { name } => plain(name).to_string(),
        SpanKind::FanOut(fan_out) => {
            let (of, agent) = (fan_out.of.as_deref().unwrap_or_default(), plain(&fan_out.agent));
            match fan_out.kind {
                FanOutKind::FanOut => format!("fan_out({}) {agent}", plain(of)),
                FanOutKind::Join => format!("join of {}", counted_branches(fan_out)),
                FanOutKind::Race => format!("race of {}", counted_branches(fan_out)),
                _ => agent.to_string(),
            }
        }
        SpanKind::Task { agent, index, label } => match label {
            Some(label) => format!("{index} {}", plain(label)),
            None => format!("{index} {}", plain(agent)),
        },
        SpanKind::Call(call) if call.attempt > 1 => {
            format!("{}, attempt {} of {}", plain(&call.agent), call.attempt, call.attempts)
        }
        SpanKind::Call(call) => plain(&call.agent).to_string(),
        SpanKind::Round { round, most, converged } => {
            let converged = if *converged { ", the last" } else { "" };
            format!("round {round} of {most}{converged}")
        }
        SpanKind::Else { agent, failed, .. } => match failed {
            Some(failed) => format!("or {}, as {} failed", plain(agent), plain(failed)),
            None => format!("or {}", plain(agent)),
        },
        _ => String::new(),
    }
}

fn counted_branches(fan_out: &FanOut) -> String {
    counted(usize::try_from(fan_out.width).unwrap_or(usize::MAX), "branch", "branches")
}
