//! What stands in the lines of a log.

use std::borrow::Cow;

use handoff::{Fingerprint, SpanId, TaskPath, TraceId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of the format.
pub const VERSION: u32 = 1;

/// A line of a log: what happened, when and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line<'a> {
    /// The number of the run in the file, from 0.
    pub run: u32,
    /// The microseconds since that run started.
    pub t: u64,
    /// The span that starts or ends here, or in which this happened.
    pub span: Option<SpanId>,
    /// The enclosing span, if a span starts here.
    pub parent: Option<SpanId>,
    /// The path of the task that a starting span is in, or in which an ended run failed.
    pub path: Option<TaskPath>,
    /// Whether something on the line was changed before it was written.
    pub redacted: bool,
    /// The event.
    pub entry: Entry<'a>,
}

/// An event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Entry<'a> {
    /// `run`
    RunStarted(Box<RunStarted<'a>>),
    /// `/run`
    RunEnded(Box<RunEnded<'a>>),
    /// `pipeline`
    PipelineStarted(PipelineStarted<'a>),
    /// `/pipeline`
    PipelineEnded(Ended<'a>),
    /// `fan`
    FanOutStarted(FanOutStarted<'a>),
    /// `/fan`
    FanOutEnded(FanOutEnded<'a>),
    /// `task`
    TaskStarted(TaskStarted<'a>),
    /// `/task`
    TaskEnded(Ended<'a>),
    /// `call`
    CallStarted(CallStarted<'a>),
    /// `/call`
    CallEnded(CallEnded<'a>),
    /// `round`
    RoundStarted(RoundStarted),
    /// `/round`
    RoundEnded(RoundEnded<'a>),
    /// `else`
    ElseStarted(ElseStarted<'a>),
    /// `/else`
    ElseEnded(Ended<'a>),
    /// `handoff`
    Handoff(Box<Handoff<'a>>),
    /// `gate`
    Gate(Gate<'a>),
    /// `warn`
    Warned(Warned<'a>),
    /// `progress`
    Progress(Progress<'a>),
    /// `lost`
    Lost(Lost),
}

/// The way something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum End {
    /// It has a result.
    Ok,
    /// It failed, and its fan-out's `recover` made a result of the failure.
    Recovered,
    /// It failed.
    Failed,
    /// It was stopped: nobody waited for it any more.
    Stopped,
    /// The run was stopped from outside.
    Cancelled,
    /// The run's future was dropped.
    Dropped,
    /// It ended in a way that this version does not know.
    #[serde(other)]
    Unknown,
}

/// The tokens that a model took. In JSON the two are a list: `[812,64]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 2]", into = "[u64; 2]")]
#[non_exhaustive]
pub struct Usage {
    /// The tokens of the prompt.
    pub input: u64,
    /// The tokens of the reply.
    pub output: u64,
}

impl From<[u64; 2]> for Usage {
    fn from([input, output]: [u64; 2]) -> Self {
        Self { input, output }
    }
}

impl From<Usage> for [u64; 2] {
    fn from(Usage { input, output }: Usage) -> Self {
        [input, output]
    }
}

impl From<handoff::Usage> for Usage {
    fn from(usage: handoff::Usage) -> Self {
        Self { input: usage.input_tokens, output: usage.output_tokens }
    }
}

/// The reason why something failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Why<'a> {
    /// The kind of the error in one word, as [`ErrorKind::as_str`](handoff::ErrorKind::as_str) names it.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// The message, on one line.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub message: Cow<'a, str>,
    /// The violations of a broken contract, if there are any: `/steps/0: expected 1 to 80 characters, found
    /// 0`.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Cow<'a, str>>,
}

impl Why<'_> {
    /// Converts it into one that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Why<'static> {
        let Self { kind, message, violations } = self;
        let violations = violations.into_iter().map(owned).collect();
        Why { kind: owned(kind), message: owned(message), violations }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// A run has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunStarted<'a> {
    /// The version of the format: [`VERSION`].
    pub v: u32,
    /// The time of the start, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<u64>,
    /// The trace id of the run.
    pub trace: TraceId,
    /// The operation elsewhere that the run is part of, as a `traceparent`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none", rename = "parent")]
    pub traceparent: Option<Cow<'a, str>>,
    /// The name of the pipeline.
    #[serde(borrow)]
    pub pipeline: Cow<'a, str>,
    /// The pipeline's [`Description`](handoff::Description), as JSON.
    ///
    /// It is left out if an earlier run of the file has the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Box<RawValue>>,
}

/// A run has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunEnded<'a> {
    /// The way the run ended.
    pub end: End,
    /// The time that the run took, in milliseconds, on tokio's clock.
    #[serde(rename = "ms")]
    pub millis: u64,
    /// The tokens that the run's models took.
    #[serde(default)]
    pub usage: Usage,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// The name of the task in which the run failed, whose path the line has.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// The reason of the failure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why<'a>>,
    /// The whole error on one line.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'a, str>>,
}

impl RunEnded<'_> {
    /// Converts it into one that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> RunEnded<'static> {
        let Self { end, millis, usage, by, label, why, error } = self;
        let (by, label, error) = (by.map(owned), label.map(owned), error.map(owned));
        RunEnded { end, millis, usage, by, label, why: why.map(Why::into_owned), error }
    }
}

/// A nested pipeline has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PipelineStarted<'a> {
    /// The pipeline's name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
}

/// The end of something that has no further data.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ended<'a> {
    /// The way it ended.
    pub end: End,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// The reason of the failure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// The kinds of stages that do several things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FanOutKind {
    /// A fan-out: one task for each item of a list.
    FanOut,
    /// A join: different agents on the same value, all of which must succeed.
    Join,
    /// A race: different agents on the same value, of which the first success is handed on.
    Race,
    /// A kind that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A fan-out, a join or a race has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanOutStarted<'a> {
    /// Whether it is a fan-out, a join or a race.
    pub kind: FanOutKind,
    /// The source of the items: a field or a closure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Cow<'a, str>>,
    /// The agent or pipeline that each item goes through.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The number of tasks.
    pub width: u64,
    /// The condition of the barrier, as it is written: `at_least = 80%`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Cow<'a, str>>,
    /// The number of tasks that have to succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed: Option<u64>,
}

/// A fan-out, a join or a race has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanOutEnded<'a> {
    /// The outcome, as the barrier decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// The tasks that succeeded by themselves, or were recovered.
    #[serde(default, rename = "ok")]
    pub succeeded: u64,
    /// The tasks that failed.
    #[serde(default)]
    pub failed: u64,
    /// The tasks that were stopped.
    #[serde(default)]
    pub stopped: u64,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// The reason of the failure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// A task of a fan-out has started, or a branch of a join or race.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStarted<'a> {
    /// The agent or pipeline that the task goes through.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The index of the task in the innermost fan-out.
    #[serde(rename = "i")]
    pub index: u64,
    /// The task's name, if the fan-out has a `label`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
}

/// An attempt of an agent has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallStarted<'a> {
    /// The agent.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The agent's role.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub role: Cow<'a, str>,
    /// The number of the attempt, from 1.
    #[serde(rename = "n")]
    pub attempt: u32,
    /// The most attempts that there may be.
    #[serde(rename = "of")]
    pub attempts: u32,
    /// The tokens of the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_tokens: Option<u32>,
}

/// An attempt of an agent has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallEnded<'a> {
    /// The way the attempt ended.
    pub end: End,
    /// The tokens that models took in the attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The model that answered.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Cow<'a, str>>,
    /// The reason why the model stopped.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Cow<'a, str>>,
    /// The reason of the failure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
    /// The pause before the next attempt, in milliseconds; none if there is no other attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
}

/// A round of a `repeat` has started.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoundStarted {
    /// The number of the round, from 1.
    #[serde(rename = "n")]
    pub round: u32,
    /// The most rounds that there may be.
    pub most: u32,
}

/// A round of a `repeat` has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoundEnded<'a> {
    /// The way the round ended.
    pub end: End,
    /// Whether it was the last one because the condition holds.
    #[serde(default, skip_serializing_if = "is_false")]
    pub converged: bool,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// The reason of the failure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// The next alternative of an `or` is called, because the one before it has failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ElseStarted<'a> {
    /// The alternative.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The agent that failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// The reason of that failure.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// A payload was handed over: it keeps its contract and its budgets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Handoff<'a> {
    /// The agent that made the payload.
    #[serde(borrow)]
    pub from: Cow<'a, str>,
    /// The agent that gets the payload.
    #[serde(borrow)]
    pub to: Cow<'a, str>,
    /// The name of the contract.
    #[serde(borrow)]
    pub contract: Cow<'a, str>,
    /// The fingerprint of the contract, if the run's description has no contract of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Fingerprint>,
    /// The tokens of the payload.
    pub tokens: u32,
    /// The encoding of these tokens, and of those that follow in the run, if it changes here.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none", rename = "enc")]
    pub encoding: Option<Cow<'a, str>>,
    /// The most tokens that `from` may hand on: its `max_output_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "max_out")]
    pub max_output_tokens: Option<u32>,
    /// The most tokens that the contract allows: its `max_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "max")]
    pub max_tokens: Option<u32>,
    /// The most tokens that `to` may be handed: its `input_budget`.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "max_in")]
    pub input_budget: Option<u32>,
    /// The confidence of the payload, unless it is 1.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "conf")]
    pub confidence: Option<f64>,
    /// The number of its warnings.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub warnings: u64,
    /// Whether the payload is the arguments of a tool call, not an output of `from`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tool: bool,
    /// The payload, if the log has payloads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Box<RawValue>>,
}

/// The confidence of a payload was compared with a threshold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Gate<'a> {
    /// The agent that made the payload.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The confidence of the payload.
    #[serde(rename = "conf")]
    pub confidence: f64,
    /// The least confidence that passes.
    #[serde(rename = "min")]
    pub threshold: f64,
    /// Whether the payload passed: [`End::Ok`] or [`End::Failed`].
    pub end: End,
}

/// A warning was added.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warned<'a> {
    /// The agent that the warning is about.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The kind of the warning, as [`WarningKind`](handoff::WarningKind) is serialised.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Cow<'a, str>>,
    /// The message.
    #[serde(borrow)]
    pub message: Cow<'a, str>,
}

/// An agent has reported its progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The agent.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// The amount that is done, in a unit of the agent's choice.
    pub done: u64,
}

/// Lines were not written, because the disk did not keep up, or failed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lost {
    /// The number of lines.
    #[serde(rename = "n")]
    pub lines: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
