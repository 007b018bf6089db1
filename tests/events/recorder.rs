//! Observers that hold every event to what is promised of it, and show a run as a tree.

use handoff::prelude::*;
use handoff::{AttemptOutcome, PartOutcome, Place, SpanId};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an event is to the tree.
enum Step {
    Starts,
    Ends,
    Happens,
}

fn step(event: &Event<'_>) -> (&'static str, Step) {
    match event {
        Event::RunStarted { .. } => ("run", Step::Starts),
        Event::RunEnded { .. } => ("run", Step::Ends),
        Event::PipelineStarted { .. } => ("pipeline", Step::Starts),
        Event::PipelineEnded { .. } => ("pipeline", Step::Ends),
        Event::FanOutStarted { .. } => ("fan-out", Step::Starts),
        Event::FanOutEnded { .. } => ("fan-out", Step::Ends),
        Event::TaskStarted { .. } => ("task", Step::Starts),
        Event::TaskEnded { .. } => ("task", Step::Ends),
        Event::AttemptStarted { .. } => ("attempt", Step::Starts),
        Event::AttemptEnded { .. } => ("attempt", Step::Ends),
        Event::RoundStarted { .. } => ("round", Step::Starts),
        Event::RoundEnded { .. } => ("round", Step::Ends),
        Event::FallbackStarted { .. } => ("fallback", Step::Starts),
        Event::FallbackEnded { .. } => ("fallback", Step::Ends),
        _ => ("", Step::Happens),
    }
}

/// Holds events to what is promised of them: one of a run at a time, each start has one end, after those of all that is in
/// it, nothing is told of what has not started or has ended, and no id stands for two things.
#[derive(Clone, Default)]
pub(crate) struct Checker {
    inner: Arc<Mutex<Checked>>,
}

#[derive(Default)]
struct Checked {
    open: HashMap<SpanId, Open>,
    /// The ids of each run that is under way.
    runs: HashMap<SpanId, HashSet<SpanId>>,
    /// The runs of which an event is being told.
    told: HashSet<SpanId>,
    wrong: Vec<String>,
}

struct Open {
    kind: &'static str,
    run: SpanId,
    parent: Option<SpanId>,
    below: usize,
}

impl Checker {
    /// What was not as promised.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.checked().wrong.clone()
    }

    /// How many starts have no end yet.
    pub(crate) fn open(&self) -> usize {
        self.checked().open.len()
    }

    fn checked(&self) -> MutexGuard<'_, Checked> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Checker {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        let run = self.checked().begin(event);
        // Whoever does not wait for this one is let in.
        std::thread::yield_now();
        self.checked().end_of(run, event);
    }
}

impl Checked {
    /// An event is being told. Its run, where that is known.
    fn begin(&mut self, event: &Event<'_>) -> Option<SpanId> {
        let Place { span, parent, .. } = *event.at();
        let known = [Some(span), parent].into_iter().flatten().find_map(|span| self.open.get(&span));
        let run = known.map(|open| open.run)?;
        if !self.told.insert(run) {
            self.wrong.push(format!("another of its run is being told: {event:?}"));
        }
        Some(run)
    }

    /// It has been.
    fn end_of(&mut self, run: Option<SpanId>, event: &Event<'_>) {
        if let Err(wrong) = self.see(event) {
            self.wrong.push(format!("{wrong}: {event:?}"));
        }
        run.map(|run| self.told.remove(&run));
    }

    fn see(&mut self, event: &Event<'_>) -> Result<(), &'static str> {
        let Place { span, parent, .. } = *event.at();
        match step(event) {
            (kind, Step::Starts) => self.start(kind, span, parent),
            (kind, Step::Ends) => self.end(kind, span, parent),
            (_, Step::Happens) => {
                let open = self.open.get(&span).ok_or("it happens where nothing is under way")?;
                if open.parent == parent { Ok(()) } else { Err("its place has another parent") }
            }
        }
    }

    fn start(
        &mut self,
        kind: &'static str,
        span: SpanId,
        parent: Option<SpanId>,
    ) -> Result<(), &'static str> {
        let run = match parent {
            None if kind == "run" => span,
            None => return Err("only a run has no parent"),
            Some(parent) => {
                let above = self.open.get_mut(&parent).ok_or("its parent is not under way")?;
                let is_tool = above.kind == "attempt" && (kind == "attempt" || kind == "pipeline");
                if (kind == "task") != (above.kind == "fan-out") || (above.kind == "attempt" && !is_tool) {
                    return Err("that is not in such a part");
                }
                above.below += 1;
                above.run
            }
        };
        if !self.runs.entry(run).or_default().insert(span) {
            return Err("there was another of this id");
        }
        self.open.insert(span, Open { kind, run, parent, below: 0 });
        Ok(())
    }

    fn end(&mut self, kind: &'static str, span: SpanId, parent: Option<SpanId>) -> Result<(), &'static str> {
        let open = self.open.remove(&span).ok_or("it has ended, or not begun")?;
        if open.kind != kind || open.parent != parent {
            return Err("it began as something else");
        }
        if let Some(above) = parent.and_then(|parent| self.open.get_mut(&parent)) {
            above.below -= 1;
        }
        if kind == "run" {
            self.runs.remove(&span);
        }
        if open.below > 0 { Err("something in it is under way") } else { Ok(()) }
    }
}

/// Shows a run as a tree, with what it is part of: a line for each part, and for what happens in it.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    checker: Checker,
    tree: Arc<Mutex<Tree>>,
}

#[derive(Default)]
struct Tree {
    nodes: HashMap<SpanId, Node>,
    roots: Vec<SpanId>,
}

#[derive(Default)]
struct Node {
    line: String,
    entries: Vec<Entry>,
}

enum Entry {
    Part(SpanId),
    Line(String),
}

impl Recorder {
    /// The tree, all of whose parts have ended as they should.
    pub(crate) fn tree(&self) -> String {
        assert_eq!(self.checker.wrong(), Vec::<String>::new());
        assert_eq!(self.checker.open(), 0, "something has not ended");
        let tree = self.tree.lock().expect("no observer panicked");
        let mut shown = String::new();
        for root in &tree.roots {
            tree.show(*root, 0, &mut shown);
        }
        shown
    }
}

impl Tree {
    fn show(&self, span: SpanId, depth: usize, shown: &mut String) {
        let node = &self.nodes[&span];
        let _ = writeln!(shown, "{:1$}{2}", "", 2 * depth, node.line);
        for entry in &node.entries {
            match entry {
                Entry::Part(span) => self.show(*span, depth + 1, shown),
                Entry::Line(line) => {
                    let _ = writeln!(shown, "{:1$}{line}", "", 2 * depth + 2);
                }
            }
        }
    }
}

impl Observer for Recorder {
    fn observe(&self, trace: TraceId, event: &Event<'_>) {
        self.checker.observe(trace, event);
        let mut tree = self.tree.lock().expect("no observer panicked");
        let (at, line) = (event.at(), line(event));
        match step(event).1 {
            // Its end says the same.
            Step::Happens if matches!(event, Event::AttemptFailed { .. }) => {}
            Step::Starts => {
                let path = at.task_path.as_ref().map(|path| format!(" [{path}]")).unwrap_or_default();
                tree.nodes.insert(at.span, Node { line: line + &path, entries: Vec::new() });
                let outer = match event {
                    Event::RunStarted { parent, .. } => parent.map(|parent| parent.parent_id()),
                    _ => at.parent,
                };
                match outer.and_then(|outer| tree.nodes.get_mut(&outer)) {
                    Some(outer) => outer.entries.push(Entry::Part(at.span)),
                    None => tree.roots.push(at.span),
                }
            }
            Step::Ends => {
                let node = tree.nodes.get_mut(&at.span).expect("it has started");
                node.line = format!("{}: {line}", node.line);
            }
            Step::Happens => {
                let node = tree.nodes.get_mut(&at.span).expect("it has started");
                node.entries.push(Entry::Line(line));
            }
        }
    }
}

fn line(event: &Event<'_>) -> String {
    match event {
        Event::RunStarted { pipeline, .. } => format!("run {pipeline}"),
        Event::RunEnded { outcome, .. } => match outcome {
            handoff::Outcome::Succeeded => "succeeded".to_owned(),
            handoff::Outcome::Failed(error) => format!("failed, {}", error.kind().as_str()),
            outcome => format!("{outcome:?}").to_lowercase(),
        },
        Event::PipelineStarted { pipeline, .. } => format!("pipeline {pipeline}"),
        Event::FanOutStarted { kind, of, agent, width, policy, .. } => {
            let of = of.map(|of| format!("({of})")).unwrap_or_default();
            format!("{kind}{of} {agent}, {width} wide, {policy}")
        }
        Event::FanOutEnded { succeeded, failed, stopped, outcome, .. } => {
            format!("{}, {succeeded} succeeded, {failed} failed, {stopped} stopped", ended(outcome))
        }
        Event::TaskStarted { agent, index, label, .. } => {
            let label = label.map(|label| format!(" ({label})")).unwrap_or_default();
            format!("task {index} {agent}{label}")
        }
        Event::AttemptStarted { agent, attempt, attempts, tokens, .. } => {
            format!("call {agent} {attempt}/{attempts}, {} in", tokens.count)
        }
        Event::AttemptEnded { usage, finish_reason, outcome, .. } => {
            let mut line = match outcome {
                AttemptOutcome::Failed { error, retry_in, .. } => {
                    let again = retry_in.map(|pause| format!(", again in {pause:?}")).unwrap_or_default();
                    format!("failed, {}{again}", error.as_str())
                }
                outcome => format!("{outcome:?}").to_lowercase(),
            };
            if let Some(usage) = usage {
                let _ = write!(line, ", took {} and {}", usage.input_tokens, usage.output_tokens);
            }
            if let Some(reason) = finish_reason {
                let _ = write!(line, ", {reason}");
            }
            line
        }
        Event::Handoff {
            source,
            target,
            contract,
            tokens,
            max_output_tokens,
            max_tokens,
            input_budget,
            confidence,
            ..
        } => {
            let mut line = format!("{source} -> {target}: {contract}, {} tokens", tokens.count);
            let budgets = [("out", max_output_tokens), ("max", max_tokens), ("in", input_budget)];
            for (budget, tokens) in budgets.into_iter().filter_map(|(name, budget)| Some((name, (*budget)?)))
            {
                let _ = write!(line, ", {budget} {tokens}");
            }
            if confidence.get() < 1.0 {
                let _ = write!(line, ", {} sure", confidence.get());
            }
            line
        }
        Event::Gate { agent, confidence, threshold, passed, .. } => {
            let passed = if *passed { "passed" } else { "refused" };
            format!("gate: {agent}, {} of {}, {passed}", confidence.get(), threshold.get())
        }
        Event::RoundStarted { round, most, .. } => format!("round {round}/{most}"),
        Event::RoundEnded { outcome, converged, .. } => {
            format!("{}{}", ended(outcome), if *converged { ", the last" } else { "" })
        }
        Event::FallbackStarted { agent, error, .. } => {
            format!("{agent} instead of {}", error.agent())
        }
        Event::PipelineEnded { outcome, .. }
        | Event::TaskEnded { outcome, .. }
        | Event::FallbackEnded { outcome, .. } => ended(outcome),
        Event::Warned { warning, .. } => format!("! {warning}"),
        Event::Progress { agent, done, .. } => format!("{agent} is at {done}"),
        _ => "something else".to_owned(),
    }
}

fn ended(outcome: &PartOutcome<'_>) -> String {
    match outcome {
        PartOutcome::Failed(error) => format!("failed, {} of {}", error.kind().as_str(), error.agent()),
        outcome => format!("{outcome:?}").to_lowercase(),
    }
}
