//! What is kept of a signal when it begins to wait.

use super::Call;
use super::times::millis;
use crate::agent::{AgentId, Target};
use crate::engine::{PendingSignal, SignalId};
use crate::task_path::TaskPath;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;

/// The record of a signal that has begun to wait. Its `Debug` does not show the question, which is payload.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignalAsked {
    /// The id by which the signal is answered.
    pub id: SignalId,
    /// The agent that is the signal.
    pub agent: AgentId,
    /// The path of the task that the signal is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskPath>,
    /// The agent that reads the answer.
    pub to: Target,
    /// The question.
    pub question: Box<RawValue>,
    /// The time when it began to wait, in milliseconds since 1970.
    pub at: u64,
    /// The time when it stops waiting, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
}

impl fmt::Debug for SignalAsked {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, agent, task, at, until, .. } = self;
        let mut shown = f.debug_struct("SignalAsked");
        shown.field("id", id).field("agent", agent).field("task", task).field("at", at).field("until", until);
        shown.finish_non_exhaustive()
    }
}

impl SignalAsked {
    /// That of a call that is made at this time, if it is one of a signal.
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub fn of(call: &Call, at: u64) -> Option<Box<Self>> {
        let question = RawValue::from_string(call.signal.clone()?).ok()?;
        Some(Box::new(Self {
            id: SignalId::new(call.trace_id, call.span),
            agent: call.agent.clone(),
            task: call.task_path.clone(),
            to: call.to,
            question,
            at,
            until: call.timeout.map(|timeout| at.saturating_add(millis(timeout))),
        }))
    }

    /// What waits, in a run of this pipeline.
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub fn pending(&self, pipeline: &str) -> PendingSignal {
        PendingSignal::kept(pipeline, self)
    }
}
