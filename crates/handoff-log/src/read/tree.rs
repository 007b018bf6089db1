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
    /// The parts of the log that were not read.
    pub skipped: Skipped,
}

impl RunLog {
    /// Reads the log in this file.
    ///
    /// # Errors
    ///
    /// Returns a [`ReadError`] if the file cannot be read, no run starts in it, or it is of another version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let read = || Self::read(BufReader::with_capacity(1 << 16, File::open(path)?));
        read().map_err(|error| error.at(path))
    }

    /// Reads a log.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`open`](Self::open).
    pub fn read(from: impl BufRead) -> Result<Self, ReadError> {
        build::runs(Reader::new(from))
    }

    /// Returns the number of lines, in all runs, that were not written because the disk did not keep up or
    /// failed.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.runs.iter().map(|run| run.lost).sum()
    }
}

/// A run in a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedRun {
    /// The number of the run in the file.
    pub number: u32,
    /// The trace id of the run.
    pub trace: TraceId,
    /// The operation elsewhere that the run is part of, as a `traceparent`.
    pub traceparent: Option<Arc<str>>,
    /// The name of its pipeline.
    pub pipeline: Arc<str>,
    /// The time when it started, in milliseconds since 1970.
    pub wall: Option<u64>,
    /// The encoding in which its tokens are counted, if any were.
    pub encoding: Option<Arc<str>>,
    /// The description of the pipeline. `None` if another version of handoff has written it.
    pub description: Option<Arc<Description>>,
    /// The way it ended. `None` if the log does not say: it was killed, or is still under way.
    pub end: Option<RunEnded<'static>>,
    /// The path of the task in which it failed.
    pub path: Option<TaskPath>,
    /// The spans, in the order of their starts; the first is the run itself.
    pub spans: Vec<Span>,
    /// The handoffs, in their order.
    pub handoffs: Vec<LoggedHandoff>,
    /// The tests of gates, in their order.
    pub gates: Vec<LoggedGate>,
    /// The warnings.
    pub warnings: Vec<LoggedWarning>,
    /// The progress of agents.
    pub progress: Vec<LoggedProgress>,
    /// The number of lines that were not written because the disk did not keep up or failed.
    pub lost: u64,
    /// The microseconds from its start to the last line.
    pub last: u64,
}

impl LoggedRun {
    /// The index of the span that is the run itself.
    pub const ROOT: usize = 0;

    /// Returns the spans directly inside this one, with their indices, in the order of their starts.
    pub fn children(&self, span: usize) -> impl Iterator<Item = (usize, &Span)> {
        let first = self.spans.get(span).and_then(|span| span.first_child);
        let indices = std::iter::successors(first, |child| self.spans[*child as usize].next);
        indices.map(|child| (child as usize, &self.spans[child as usize]))
    }

    /// Returns the time that the run took, or has taken as far as the log says.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let root = self.spans.first().and_then(Span::micros);
        Duration::from_micros(root.unwrap_or(self.last))
    }

    /// Returns the way it ended, in a word.
    #[must_use]
    pub fn outcome(&self) -> Option<End> {
        self.end.as_ref().map(|end| end.end)
    }
}

/// A part of a run that has a duration.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Span {
    /// The id of the span.
    pub id: SpanId,
    /// The index of the enclosing span; the run has none.
    pub parent: Option<usize>,
    /// The path of the task that it is in.
    pub path: Option<TaskPath>,
    /// The start, in microseconds since the start of the run.
    pub start: u64,
    /// The end, in microseconds since the start of the run. `None` if the log does not say.
    pub end: Option<u64>,
    /// The way it ended.
    pub outcome: Option<End>,
    /// The agent at fault.
    pub by: Option<Arc<str>>,
    /// The reason of the failure.
    pub why: Option<Box<Why<'static>>>,
    /// The kind of the span.
    pub kind: SpanKind,
    pub(super) first_child: Option<u32>,
    pub(super) last_child: Option<u32>,
    pub(super) next: Option<u32>,
}

impl Span {
    /// Returns its duration in microseconds, if its end is known.
    #[must_use]
    pub fn micros(&self) -> Option<u64> {
        self.end.map(|end| end.saturating_sub(self.start))
    }

    /// Returns the agent of an attempt; for a task or a fan-out, the agent or pipeline that items go through.
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

    /// Returns `true` if it is an attempt of an agent.
    #[must_use]
    pub fn is_call(&self) -> bool {
        matches!(self.kind, SpanKind::Call(_))
    }

    pub(super) fn is_task(&self) -> bool {
        matches!(self.kind, SpanKind::Task { .. })
    }

    /// Returns `true` if it is an attempt that failed and was followed by another one.
    #[must_use]
    pub fn is_retried(&self) -> bool {
        matches!(&self.kind, SpanKind::Call(call) if call.retry_ms.is_some())
    }
}

/// The kinds of spans.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SpanKind {
    /// The run.
    Run,
    /// A nested pipeline.
    Pipeline {
        /// The pipeline's name.
        name: Arc<str>,
    },
    /// A fan-out, a join or a race.
    FanOut(Box<FanOut>),
    /// A task of a fan-out, or a branch of a join or race.
    Task {
        /// The agent or pipeline that the task goes through.
        agent: Arc<str>,
        /// The index of the task in the innermost fan-out.
        index: u64,
        /// The task's name, if the fan-out has a `label`.
        label: Option<Arc<str>>,
    },
    /// An attempt of an agent.
    Call(Box<Call>),
    /// A round of a `repeat`.
    Round {
        /// The number of the round, from 1.
        round: u32,
        /// The most rounds that there may be.
        most: u32,
        /// Whether it was the last one because the condition holds.
        converged: bool,
    },
    /// An alternative of an `or`, which is called because the one before it has failed.
    Else {
        /// The alternative.
        agent: Arc<str>,
        /// The agent that failed.
        failed: Option<Arc<str>>,
        /// The reason of that failure.
        because: Option<Box<Why<'static>>>,
    },
}

/// A fan-out, a join or a race.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FanOut {
    /// Whether it is a fan-out, a join or a race.
    pub kind: FanOutKind,
    /// The source of the items: a field or a closure.
    pub of: Option<Arc<str>>,
    /// The agent or pipeline that each item goes through.
    pub agent: Arc<str>,
    /// The number of tasks.
    pub width: u64,
    /// The condition of the barrier, as it is written: `at_least = 80%`.
    pub policy: Option<Arc<str>>,
    /// The number of tasks that have to succeed.
    pub needed: Option<u64>,
    /// The numbers of tasks by how they ended.
    pub settled: Option<Settled>,
}

/// The numbers of tasks of a fan-out, a join or a race, by how they ended by themselves.
///
/// The barrier may count more failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The tasks that succeeded, or were recovered.
    pub succeeded: u64,
    /// The tasks that failed.
    pub failed: u64,
    /// The tasks that were stopped.
    pub stopped: u64,
}

/// An attempt of an agent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The agent.
    pub agent: Arc<str>,
    /// The agent's role.
    pub role: Arc<str>,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The most attempts that there may be.
    pub attempts: u32,
    /// The tokens of the input.
    pub in_tokens: Option<u32>,
    /// The tokens that models took in the attempt.
    pub usage: Option<Usage>,
    /// The model that answered.
    pub model: Option<Arc<str>>,
    /// The reason why the model stopped.
    pub finish: Option<Arc<str>>,
    /// The pause before the next attempt, in milliseconds; none if there is no other attempt.
    pub retry_ms: Option<u64>,
}

/// A handoff in a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedHandoff {
    /// The time, in microseconds since the start of the run.
    pub t: u64,
    /// The index of the span that it is in.
    pub span: usize,
    /// The agent that made the payload.
    pub from: Arc<str>,
    /// The agent that gets the payload.
    pub to: Arc<str>,
    /// The name of the contract.
    pub contract: Arc<str>,
    /// The fingerprint of the contract, if the run's description has no contract of that name.
    pub schema: Option<Fingerprint>,
    /// The tokens of the payload.
    pub tokens: u32,
    /// The encoding of these tokens, if it is not that of the run.
    pub encoding: Option<Arc<str>>,
    /// The most tokens that `from` may hand on.
    pub max_output_tokens: Option<u32>,
    /// The most tokens that the contract allows.
    pub max_tokens: Option<u32>,
    /// The most tokens that `to` may be handed.
    pub input_budget: Option<u32>,
    /// The confidence of the payload; 1 if the log does not say.
    pub confidence: f64,
    /// The number of its warnings.
    pub warnings: u64,
    /// Whether the payload is the arguments of a tool call, not an output of `from`.
    pub tool: bool,
    /// The payload, if the log has payloads.
    pub payload: Option<Box<RawValue>>,
    /// Whether the payload was changed before it was written.
    pub redacted: bool,
}

/// A test of a gate in a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedGate {
    /// The time, in microseconds since the start of the run.
    pub t: u64,
    /// The index of the span that the gate is in.
    pub span: usize,
    /// The agent that made the payload.
    pub agent: Arc<str>,
    /// The confidence of the payload.
    pub confidence: f64,
    /// The least confidence that passes.
    pub threshold: f64,
    /// Whether the payload passed.
    pub passed: bool,
}

/// A warning in a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedWarning {
    /// The time, in microseconds since the start of the run.
    pub t: u64,
    /// The index of the span that it was added in.
    pub span: usize,
    /// The agent that it is about.
    pub agent: Arc<str>,
    /// The kind of the warning, as [`WarningKind`](handoff::WarningKind) is serialised.
    pub kind: Option<Arc<str>>,
    /// The message.
    pub message: Arc<str>,
}

/// A report of an agent's progress in a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedProgress {
    /// The time, in microseconds since the start of the run.
    pub t: u64,
    /// The index of the attempt's span.
    pub span: usize,
    /// The amount that was done, in a unit of the agent's choice.
    pub done: u64,
}
