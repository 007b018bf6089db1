//! What stands in the lines of a log.

use std::borrow::Cow;

use handoff::{Fingerprint, SpanId, TaskPath, TraceId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of the format.
pub const VERSION: u32 = 1;

/// A line of a log: when and where something happened, and what.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Which run of the file, from 0.
    pub run: u32,
    /// Microseconds since that run started.
    pub t: u64,
    /// What starts or ends here, or what this happened in.
    pub span: Option<SpanId>,
    /// What the span is in; where a span starts.
    pub parent: Option<SpanId>,
    /// The task of a fan-out that it is in, where a span starts; in which the run went wrong, where it has ended.
    pub path: Option<TaskPath>,
    /// Whether something on the line was changed before it was written.
    pub redacted: bool,
    /// What happened.
    pub entry: Entry<'a>,
}

/// What a line tells.
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

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum End {
    /// It came to a result.
    Ok,
    /// It failed, and its fan-out's `recover` made a result of that.
    Recovered,
    /// It failed.
    Failed,
    /// Nobody waited for it any more.
    Stopped,
    /// The run was stopped from outside.
    Cancelled,
    /// The run's future was dropped.
    Dropped,
    /// In a way that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Tokens that a model took. In JSON the two are a list: `[812,64]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 2]", into = "[u64; 2]")]
#[non_exhaustive]
pub struct Usage {
    /// Of the prompt.
    pub input: u64,
    /// Of the reply.
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

/// Why something failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Why<'a> {
    /// The kind of error in one word, as [`ErrorKind::as_str`](handoff::ErrorKind::as_str) has it.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// What is wrong, on one line.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub message: Cow<'a, str>,
    /// Each violation of a broken contract, where there are any: `/steps/0: expected 1 to 80 characters, found 0`.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Cow<'a, str>>,
}

impl Why<'_> {
    /// The same, without what it borrows from.
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
    /// When, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<u64>,
    /// Its id.
    pub trace: TraceId,
    /// The operation elsewhere that it is part of, as a `traceparent`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none", rename = "parent")]
    pub traceparent: Option<Cow<'a, str>>,
    /// The pipeline that is run.
    #[serde(borrow)]
    pub pipeline: Cow<'a, str>,
    /// The pipeline's [`Description`](handoff::Description), as JSON. It is left out where an earlier run of the file has
    /// the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Box<RawValue>>,
}

/// A run has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunEnded<'a> {
    /// How.
    pub end: End,
    /// How long it took, in milliseconds, on tokio's clock.
    #[serde(rename = "ms")]
    pub millis: u64,
    /// What its models took.
    #[serde(default)]
    pub usage: Usage,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// The name of the task in which it went wrong, whose path the line has.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// Why it failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why<'a>>,
    /// All of this on one line.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'a, str>>,
}

impl RunEnded<'_> {
    /// The same, without what it borrows from.
    #[must_use]
    pub fn into_owned(self) -> RunEnded<'static> {
        let Self { end, millis, usage, by, label, why, error } = self;
        let (by, label, error) = (by.map(owned), label.map(owned), error.map(owned));
        RunEnded { end, millis, usage, by, label, why: why.map(Why::into_owned), error }
    }
}

/// A pipeline that stands in another one has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PipelineStarted<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
}

/// Something has ended of which no more is known than how.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ended<'a> {
    /// How.
    pub end: End,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// Why it failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// What runs side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FanOutKind {
    /// The items of a list, each through the same.
    FanOut,
    /// Different agents on the same value, all of which have to succeed.
    Join,
    /// Different agents on the same value, of which one is enough.
    Race,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A fan-out, a join or a race has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanOutStarted<'a> {
    /// Which of them.
    pub kind: FanOutKind,
    /// The field or the closure that the items come from.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Cow<'a, str>>,
    /// What each item goes through.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// How many tasks there are.
    pub width: u64,
    /// What its barrier asks for, as it is written: `at_least = 80%`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Cow<'a, str>>,
    /// How many tasks have to succeed by that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed: Option<u64>,
}

/// A fan-out, a join or a race has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanOutEnded<'a> {
    /// How: what its barrier made of its tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// How many tasks succeeded by themselves, or were recovered.
    #[serde(default, rename = "ok")]
    pub succeeded: u64,
    /// How many failed.
    #[serde(default)]
    pub failed: u64,
    /// How many were stopped.
    #[serde(default)]
    pub stopped: u64,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// Why it failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// A task of a fan-out has started, or a branch of a join or race.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStarted<'a> {
    /// What it goes through.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// Its index in the innermost fan-out.
    #[serde(rename = "i")]
    pub index: u64,
    /// Its name, where the fan-out has a `label`.
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
    /// Its role.
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub role: Cow<'a, str>,
    /// Which attempt, from 1.
    #[serde(rename = "n")]
    pub attempt: u32,
    /// How many there may be.
    #[serde(rename = "of")]
    pub attempts: u32,
    /// The tokens of its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_tokens: Option<u32>,
}

/// An attempt of an agent has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallEnded<'a> {
    /// How.
    pub end: End,
    /// What its models took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The model that was asked.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Cow<'a, str>>,
    /// Why the model stopped.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Cow<'a, str>>,
    /// Why it failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
    /// The pause before the next attempt, in milliseconds; none where it failed for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
}

/// A round of a `repeat` has started.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoundStarted {
    /// Which round, from 1.
    #[serde(rename = "n")]
    pub round: u32,
    /// How many there may be.
    pub most: u32,
}

/// A round of a `repeat` has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoundEnded<'a> {
    /// How.
    pub end: End,
    /// Whether it was the last one because the condition holds.
    #[serde(default, skip_serializing_if = "is_false")]
    pub converged: bool,
    /// The agent at fault.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// Why it failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// What stands after an `or` takes the place of what has failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ElseStarted<'a> {
    /// Who takes its place.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// Who failed.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Cow<'a, str>>,
    /// Why.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why<'a>>>,
}

/// A payload keeps its contract and fits the budgets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Handoff<'a> {
    /// Who made it.
    #[serde(borrow)]
    pub from: Cow<'a, str>,
    /// Who gets it.
    #[serde(borrow)]
    pub to: Cow<'a, str>,
    /// Its contract.
    #[serde(borrow)]
    pub contract: Cow<'a, str>,
    /// That contract's fingerprint, where the run's description does not have it by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Fingerprint>,
    /// Its size.
    pub tokens: u32,
    /// The encoding of these tokens and of those that follow in the run, where it is not the one that was said last.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none", rename = "enc")]
    pub encoding: Option<Cow<'a, str>>,
    /// The most that `from` may hand on: its `max_output_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "max_out")]
    pub max_output_tokens: Option<u32>,
    /// The most that the contract allows: its `max_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "max")]
    pub max_tokens: Option<u32>,
    /// The most that `to` may be handed: its `input_budget`.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "max_in")]
    pub input_budget: Option<u32>,
    /// How sure it is, where it is not certain.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "conf")]
    pub confidence: Option<f64>,
    /// How many warnings it carries.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub warnings: u64,
    /// Whether it is what a tool is called with, and no output of `from`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tool: bool,
    /// The payload itself, where the log has payloads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Box<RawValue>>,
}

/// A confidence was held against its threshold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Gate<'a> {
    /// Whose output came to the gate.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// How sure it is.
    #[serde(rename = "conf")]
    pub confidence: f64,
    /// What the gate asks for.
    #[serde(rename = "min")]
    pub threshold: f64,
    /// Whether it was passed: [`End::Ok`] or [`End::Failed`].
    pub end: End,
}

/// Something was noticed that does not stop the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warned<'a> {
    /// Who it is about.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// Its kind, as [`WarningKind`](handoff::WarningKind) serialises.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Cow<'a, str>>,
    /// What was noticed.
    #[serde(borrow)]
    pub message: Cow<'a, str>,
}

/// An agent says how far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The agent.
    #[serde(borrow)]
    pub agent: Cow<'a, str>,
    /// How much is done, in whatever it counts.
    pub done: u64,
}

/// Lines were not written, because the disk did not keep up, or failed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lost {
    /// How many.
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
