//! The runs of a log, each as a tree of what happened in it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use handoff::{Description, Fingerprint, SpanId, TaskPath, TraceId};
use serde_json::value::RawValue;

use super::error::ReadError;
use super::lines::Skipped;
use super::{build, lines::Reader};
use crate::line::{End, FanOutKind, RunEnded, Usage, Why};

/// The runs of a log.
///
/// ```
/// use handoff_log::{RunLog, SpanKind};
///
/// let lines = concat!(
///     r#"{"e":"run","v":1,"t":0,"span":"00000000000000a0","trace":"0af7651916cd43dd8448eb211c80319c","pipeline":"study"}"#, "\n",
///     r#"{"e":"call","t":15,"span":"00000000000000a1","in":"00000000000000a0","agent":"plan","n":1,"of":3}"#, "\n",
///     r#"{"e":"/call","t":95,"span":"00000000000000a1","end":"ok"}"#, "\n",
/// );
/// let log = RunLog::read(lines.as_bytes())?;
/// let run = &log.runs[0];
/// assert_eq!(run.end, None); // it was killed, or is still under way
/// for (_, span) in run.children(LoggedRun::ROOT) {
///     if let SpanKind::Call(call) = &span.kind {
///         assert_eq!((&*call.agent, span.micros()), ("plan", Some(80)));
///     }
/// }
/// # use handoff_log::LoggedRun;
/// # Ok::<_, handoff_log::ReadError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunLog {
    /// The runs, in the order in which they started; at least one.
    pub runs: Vec<LoggedRun>,
    /// What was not read.
    pub skipped: Skipped,
}

impl RunLog {
    /// Reads the log in this file.
    ///
    /// # Errors
    ///
    /// [`ReadError`] where the file cannot be read, no run starts in it, or it is of another version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let read = || Self::read(BufReader::with_capacity(1 << 16, File::open(path)?));
        read().map_err(|error| error.at(path))
    }

    /// Reads a log.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn read(from: impl BufRead) -> Result<Self, ReadError> {
        build::runs(Reader::new(from))
    }

    /// Lines that were not written, because the disk did not keep up or failed, in all runs.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.runs.iter().map(|run| run.lost).sum()
    }
}

/// A run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedRun {
    /// Its number in the file.
    pub number: u32,
    /// Its id.
    pub trace: TraceId,
    /// The operation elsewhere that it is part of, as a `traceparent`.
    pub traceparent: Option<Arc<str>>,
    /// Its pipeline.
    pub pipeline: Arc<str>,
    /// When it started, in milliseconds since 1970.
    pub wall: Option<u64>,
    /// The encoding in which its tokens are counted, if any were.
    pub encoding: Option<Arc<str>>,
    /// What the pipeline is. `None` where another version of handoff has described it.
    pub description: Option<Arc<Description>>,
    /// How it ended. `None` where the log does not say: it was killed, or is still under way.
    pub end: Option<RunEnded<'static>>,
    /// The task in which it went wrong.
    pub path: Option<TaskPath>,
    /// Whatever took its time, in the order of the starts; the first is the run itself.
    pub spans: Vec<Span>,
    /// Every handoff, in their order.
    pub handoffs: Vec<LoggedHandoff>,
    /// Every gate that was come to.
    pub gates: Vec<LoggedGate>,
    /// What was noticed.
    pub warnings: Vec<LoggedWarning>,
    /// How far agents were.
    pub progress: Vec<LoggedProgress>,
    /// Lines that were not written, because the disk did not keep up or failed.
    pub lost: u64,
    /// Microseconds from its start to what is known last.
    pub last: u64,
}

impl LoggedRun {
    /// The index of the span that is the run itself.
    pub const ROOT: usize = 0;

    /// The spans directly in this one, with their indices, in the order of their starts.
    pub fn children(&self, span: usize) -> impl Iterator<Item = (usize, &Span)> {
        let first = self.spans.get(span).and_then(|span| span.first_child);
        let indices = std::iter::successors(first, |child| self.spans[*child as usize].next);
        indices.map(|child| (child as usize, &self.spans[child as usize]))
    }

    /// How long it took, or has taken so far as is known.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let root = self.spans.first().and_then(Span::micros);
        Duration::from_micros(root.unwrap_or(self.last))
    }

    /// How it ended, in a word.
    #[must_use]
    pub fn outcome(&self) -> Option<End> {
        self.end.as_ref().map(|end| end.end)
    }
}

/// Something that took its time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Span {
    /// Its id.
    pub id: SpanId,
    /// The index of what it is in; the run is in nothing.
    pub parent: Option<usize>,
    /// The task of a fan-out that it is in.
    pub path: Option<TaskPath>,
    /// When it started, in microseconds since the run did.
    pub start: u64,
    /// When it ended. `None` where the log does not say.
    pub end: Option<u64>,
    /// How it ended.
    pub outcome: Option<End>,
    /// The agent at fault.
    pub by: Option<Arc<str>>,
    /// Why it failed.
    pub why: Option<Box<Why<'static>>>,
    /// What it is.
    pub kind: SpanKind,
    pub(super) first_child: Option<u32>,
    pub(super) last_child: Option<u32>,
    pub(super) next: Option<u32>,
}

impl Span {
    /// How long it took, in microseconds, if it is known to have ended.
    #[must_use]
    pub fn micros(&self) -> Option<u64> {
        self.end.map(|end| end.saturating_sub(self.start))
    }

    /// The agent whose attempt it is; of a task or a fan-out, what the items go through.
    #[must_use]
    pub fn agent(&self) -> Option<&str> {
        match &self.kind {
            SpanKind::Run | SpanKind::Round { .. } => None,
            SpanKind::Pipeline { name } => Some(name),
            SpanKind::FanOut(fan_out) => Some(&fan_out.agent),
            SpanKind::Task { agent, .. } | SpanKind::Else { agent, .. } => Some(agent),
            SpanKind::Call(call) => Some(&call.agent),
        }
    }

    /// Whether it is an attempt of an agent.
    #[must_use]
    pub fn is_call(&self) -> bool {
        matches!(self.kind, SpanKind::Call(_))
    }

    pub(super) fn is_task(&self) -> bool {
        matches!(self.kind, SpanKind::Task { .. })
    }

    /// Whether it is an attempt that failed and was followed by another one.
    #[must_use]
    pub fn is_retried(&self) -> bool {
        matches!(&self.kind, SpanKind::Call(call) if call.retry_ms.is_some())
    }
}

/// What a span is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SpanKind {
    /// The run.
    Run,
    /// A pipeline in it.
    Pipeline {
        /// Its name.
        name: Arc<str>,
    },
    /// A fan-out, a join or a race.
    FanOut(Box<FanOut>),
    /// A task of a fan-out, or a branch of a join or race.
    Task {
        /// What it goes through.
        agent: Arc<str>,
        /// Its index in the innermost fan-out.
        index: u64,
        /// Its name, where the fan-out has a `label`.
        label: Option<Arc<str>>,
    },
    /// An attempt of an agent.
    Call(Box<Call>),
    /// A round of a `repeat`.
    Round {
        /// Which round, from 1.
        round: u32,
        /// How many there may be.
        most: u32,
        /// Whether it was the last one because the condition holds.
        converged: bool,
    },
    /// What comes after an `or`, where what stands before it has failed.
    Else {
        /// Who takes its place.
        agent: Arc<str>,
        /// Who failed.
        failed: Option<Arc<str>>,
        /// Why.
        because: Option<Box<Why<'static>>>,
    },
}

/// A fan-out, a join or a race.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FanOut {
    /// Which of them.
    pub kind: FanOutKind,
    /// The field or the closure that the items come from.
    pub of: Option<Arc<str>>,
    /// What each item goes through.
    pub agent: Arc<str>,
    /// How many tasks there are.
    pub width: u64,
    /// What its barrier asks for, as it is written: `at_least = 80%`.
    pub policy: Option<Arc<str>>,
    /// How many tasks have to succeed by that.
    pub needed: Option<u64>,
    /// What became of the tasks.
    pub settled: Option<Settled>,
}

/// What became of the tasks of a fan-out, a join or a race, by themselves: its barrier may make less of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// How many succeeded, or were recovered.
    pub succeeded: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were stopped.
    pub stopped: u64,
}

/// An attempt of an agent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The agent.
    pub agent: Arc<str>,
    /// Its role.
    pub role: Arc<str>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// How many there may be.
    pub attempts: u32,
    /// The tokens of its input.
    pub in_tokens: Option<u32>,
    /// What its models took.
    pub usage: Option<Usage>,
    /// The model that was asked.
    pub model: Option<Arc<str>>,
    /// Why the model stopped.
    pub finish: Option<Arc<str>>,
    /// The pause before the next attempt, in milliseconds; none where it failed for good.
    pub retry_ms: Option<u64>,
}

/// A payload that passed the door.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedHandoff {
    /// When, in microseconds since the run started.
    pub t: u64,
    /// The index of the span in which it was handed over.
    pub span: usize,
    /// Who made it.
    pub from: Arc<str>,
    /// Who gets it.
    pub to: Arc<str>,
    /// Its contract.
    pub contract: Arc<str>,
    /// That contract's fingerprint, where the run's description does not have it by its name.
    pub schema: Option<Fingerprint>,
    /// Its size.
    pub tokens: u32,
    /// The encoding of these tokens, where it is not the run's.
    pub encoding: Option<Arc<str>>,
    /// The most that `from` may hand on.
    pub max_output_tokens: Option<u32>,
    /// The most that the contract allows.
    pub max_tokens: Option<u32>,
    /// The most that `to` may be handed.
    pub input_budget: Option<u32>,
    /// How sure it is; 1 where the log does not say otherwise.
    pub confidence: f64,
    /// How many warnings it carries.
    pub warnings: u64,
    /// Whether it is what a tool was called with, and no output of whoever made it.
    pub tool: bool,
    /// The payload, where the log has payloads.
    pub payload: Option<Box<RawValue>>,
    /// Whether the payload was changed before it was written.
    pub redacted: bool,
}

/// A confidence that was compared with what a gate asks for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedGate {
    /// When, in microseconds since the run started.
    pub t: u64,
    /// The index of the span that it is in.
    pub span: usize,
    /// Whose output came to the gate.
    pub agent: Arc<str>,
    /// How sure it is.
    pub confidence: f64,
    /// What the gate asks for.
    pub threshold: f64,
    /// Whether it was passed.
    pub passed: bool,
}

/// Something that was noticed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedWarning {
    /// When, in microseconds since the run started.
    pub t: u64,
    /// The index of the span in which it was noticed.
    pub span: usize,
    /// Who it is about.
    pub agent: Arc<str>,
    /// Its kind, as [`WarningKind`](handoff::WarningKind) serialises.
    pub kind: Option<Arc<str>>,
    /// What was noticed.
    pub message: Arc<str>,
}

/// How far an agent was.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedProgress {
    /// When, in microseconds since the run started.
    pub t: u64,
    /// The index of its attempt.
    pub span: usize,
    /// How much was done, in whatever the agent counts.
    pub done: u64,
}
