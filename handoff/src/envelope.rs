//! What a payload travels in.

mod drift;
mod json;

pub use drift::{EnvelopeError, SchemaDrift};

use crate::agent::AgentId;
use crate::budget::TokenCount;
use crate::contract::{Confidence, Fingerprint};
use crate::task_path::TaskPath;
use crate::text::OneLine;
use crate::trace::TraceId;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// A payload and what is known of it: who made it, for whom, in which run, how sure it is, what
/// went wrong on the way, how large it is and which contract it keeps.
///
/// Every handoff makes one; the result of a run comes in one, addressed to `caller`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Envelope<T> {
    /// The agent that made the payload; `caller` for a run's input.
    pub source: AgentId,
    /// The agent that the payload goes to; `caller` for a run's result.
    pub target: AgentId,
    /// The run, in the form of a W3C trace id.
    pub trace_id: TraceId,
    /// How sure the payload is: its own `#[confidence]`, else that of what it was made from;
    /// after a barrier the mean over the tasks, a failed one counting 0.
    pub confidence: Confidence,
    /// What was noticed so far, in the order in which it was noticed; carried on to the end of
    /// the run.
    pub warnings: Vec<Warning>,
    /// The tokens of the payload's JSON, and who counted them.
    pub tokens: TokenCount,
    /// The fingerprint of the payload's contract.
    pub schema: Fingerprint,
    /// What is handed over.
    pub payload: T,
}

impl<T> Envelope<T> {
    /// The same envelope with something else in it.
    pub(crate) fn map<U>(self, made: impl FnOnce(T) -> U) -> Envelope<U> {
        let Self { source, target, trace_id, confidence, warnings, tokens, schema, payload } = self;
        Envelope { source, target, trace_id, confidence, warnings, tokens, schema, payload: made(payload) }
    }

    /// Takes the payload out; the rest stays in an envelope without one.
    #[must_use]
    pub fn split(self) -> (T, Envelope<()>) {
        let Self { source, target, trace_id, confidence, warnings, tokens, schema, payload } = self;
        (payload, Envelope { source, target, trace_id, confidence, warnings, tokens, schema, payload: () })
    }
}

/// Something that did not stop the run and should be known: a task that failed behind a tolerant
/// barrier, an agent's own [`Context::warn`](crate::Context::warn), a reply that was
/// [repaired](WarningKind::Repaired).
///
/// A barrier puts together what its tasks said: the same message of the same agent is one warning
/// with a [`count`](Warning::count), and of more than 32 different ones the rest is one more, which
/// counts them. So a fan-out of a hundred thousand tasks leaves a page, and nothing is uncounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WarningForm", into = "WarningForm")]
#[non_exhaustive]
pub struct Warning {
    /// Whether it is of a kind that is counted on.
    pub kind: WarningKind,
    /// Who it is about.
    pub agent: AgentId,
    /// Its task in the fan-out, from 0, if it ran in one: the first, where several said the same.
    pub task: Option<usize>,
    /// The task that the fan-out is in, if it is in one.
    pub within: Option<TaskPath>,
    /// That task's name, where the fan-out has a `label`.
    pub label: Option<Arc<str>>,
    /// Further tasks that said the same, in their order; of many, the first seven.
    pub others: Vec<TaskPath>,
    /// How often it was noticed, at least 1.
    pub count: usize,
    /// What was noticed.
    pub message: Arc<str>,
}

/// The kinds of [`Warning`] that a program can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// What the message says, and nothing else.
    Noted,
    /// An agent's reply was read without the text around its JSON, or without the thoughts in it, as
    /// [`Reply::lenient`](crate::Reply::lenient) allows. The message says what was left out.
    Repaired,
}

/// A warning as it is serialised; serde knows nothing of an `Arc<str>` without a feature.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarningForm {
    kind: WarningKind,
    agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<TaskPath>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<TaskPath>,
    count: NonZeroUsize,
    message: String,
}

impl From<Warning> for WarningForm {
    fn from(Warning { kind, agent, task, within, label, others, count, message }: Warning) -> Self {
        let count = NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN);
        let (label, message) = (label.map(|label| label.as_ref().to_owned()), message.as_ref().to_owned());
        Self { kind, agent, task, within, label, others, count, message }
    }
}

impl From<WarningForm> for Warning {
    fn from(WarningForm { kind, agent, task, within, label, others, count, message }: WarningForm) -> Self {
        let (label, message) = (label.map(Arc::from), Arc::from(message));
        Self { kind, agent, task, within, label, others, count: count.get(), message }
    }
}

impl Warning {
    pub(crate) fn new(agent: AgentId, message: impl Into<Arc<str>>) -> Self {
        Self::of_kind(WarningKind::Noted, agent, message)
    }

    pub(crate) fn of_kind(kind: WarningKind, agent: AgentId, message: impl Into<Arc<str>>) -> Self {
        let (task, within, label, others) = (None, None, None, Vec::new());
        Self { kind, agent, task, within, label, others, count: 1, message: message.into() }
    }

    /// Its task, after those that its fan-out is in, as in `2.0`.
    #[must_use]
    pub fn task_path(&self) -> Option<TaskPath> {
        Some(TaskPath::new(self.within.as_ref(), self.task?))
    }

    /// Names the task that it comes from, unless one inside of it is named.
    pub(crate) fn set_task(&mut self, path: &TaskPath, label: Option<&str>) {
        if self.task.is_none() {
            self.task = Some(path.index());
            self.within = path.within();
            self.label = label.map(Arc::from);
        }
    }
}

impl fmt::Display for Warning {
    /// On one line, as in ``agent `work`, task 3 (tides) and 5 more (4, 7, …): the index is old``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        write!(f, "agent `{}`", self.agent)?;
        if let Some(task) = self.task_path() {
            write!(f, ", task {task}")?;
        }
        if let Some(label) = &self.label {
            write!(f, " ({label})")?;
        }
        if self.count > 1 {
            let more = self.count - 1;
            write!(f, " and {more} more")?;
            for (index, other) in self.others.iter().enumerate() {
                write!(f, "{}{other}", if index == 0 { " (" } else { ", " })?;
            }
            match self.others.len() {
                0 => {}
                shown if shown < more => f.write_str(", …)")?,
                _ => f.write_str(")")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}
