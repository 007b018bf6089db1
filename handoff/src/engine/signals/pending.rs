//! What waits for an answer.

use super::SignalId;
use crate::agent::AgentId;
use crate::contract::{Contract, ContractViolation};
use crate::engine::durable;
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// A signal that waits for its answer: see [`Runtime::signals`](crate::Runtime::signals).
///
/// Its `Debug` does not show the question, which is payload.
#[derive(Clone)]
pub struct PendingSignal {
    // Behind an `Arc`: questions may be long, and a runtime may have thousands.
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) id: SignalId,
    pub(super) agent: AgentId,
    pub(super) pipeline: String,
    pub(super) task_path: Option<TaskPath>,
    pub(super) question: String,
    pub(super) since: SystemTime,
    pub(super) until: Option<SystemTime>,
}

impl PendingSignal {
    /// One that waits in a run that is kept.
    #[inline]
    pub(in crate::engine) fn kept(pipeline: &str, asked: &durable::SignalAsked) -> Self {
        let inner = Inner {
            id: asked.id,
            agent: asked.agent.clone(),
            pipeline: pipeline.to_owned(),
            task_path: asked.task.clone(),
            question: asked.question.get().to_owned(),
            since: durable::time_of(asked.at),
            until: asked.until.map(durable::time_of),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the id by which the signal is answered.
    #[must_use]
    #[inline]
    pub fn id(&self) -> SignalId {
        self.inner.id
    }

    /// Returns the agent that is the signal.
    #[must_use]
    #[inline]
    pub fn agent(&self) -> &AgentId {
        &self.inner.agent
    }

    /// Returns the trace id of the run that waits.
    #[must_use]
    #[inline]
    pub fn trace_id(&self) -> TraceId {
        self.inner.id.trace_id()
    }

    /// Returns the name of the pipeline.
    #[must_use]
    #[inline]
    pub fn pipeline(&self) -> &str {
        &self.inner.pipeline
    }

    /// Returns the path of the task that waits, from the outermost fan-out inwards.
    #[must_use]
    #[inline]
    pub fn task_path(&self) -> Option<&TaskPath> {
        self.inner.task_path.as_ref()
    }

    /// Returns the question as JSON, which is the agent's input. This is payload.
    #[must_use]
    #[inline]
    pub fn question_json(&self) -> &str {
        &self.inner.question
    }

    /// Returns the question as a value of the agent's input.
    ///
    /// # Errors
    ///
    /// Returns an error if the question is of another contract.
    #[inline]
    pub fn question<T: Contract>(&self) -> Result<T, ContractViolation> {
        T::parse(&self.inner.question)
    }

    /// Returns the time when the signal began to wait.
    #[must_use]
    #[inline]
    pub fn since(&self) -> SystemTime {
        self.inner.since
    }

    /// Returns the time when the agent's `timeout` is over, if it has one.
    #[must_use]
    #[inline]
    pub fn until(&self) -> Option<SystemTime> {
        self.inner.until
    }
}

impl fmt::Debug for PendingSignal {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { id, agent, pipeline, task_path, question: _, since, until } = &*self.inner;
        f.debug_struct("PendingSignal")
            .field("id", id)
            .field("agent", agent)
            .field("pipeline", pipeline)
            .field("task_path", task_path)
            .field("since", since)
            .field("until", until)
            .finish_non_exhaustive()
    }
}
