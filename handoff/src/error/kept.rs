//! What a run had come to before it failed.

use super::PipelineError;
use super::payload::{One, Payload};
use crate::agent::{AgentId, AnyId};
use crate::barrier::Partial;
use crate::budget::TokenCount;
use crate::contract::{Confidence, Contract};
use crate::envelope::{Envelope, Head, Warning, Warnings};
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// An output that a run had before it failed: see [`PipelineError::kept`](crate::PipelineError::kept).
///
/// `Display` and `Debug` do not show the payload.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    record: &'a Record,
    /// Which of the branches of a join or a race.
    branch: Option<usize>,
}

impl<'a> Kept<'a> {
    /// Returns the name of the innermost pipeline in which the output was made.
    #[must_use]
    pub fn pipeline(&self) -> &'a str {
        self.record.pipeline.as_ref().map_or("", |id| &id.name)
    }

    /// Returns the agent that made the output; for the output of a barrier, the agent of its tasks.
    #[must_use]
    pub fn agent(&self) -> &'a AgentId {
        let branch = self.branch.and_then(|branch| self.record.payload.branches()?.get(branch));
        branch.unwrap_or(&self.record.agent)
    }

    /// Returns the path of the task in which the output was made, if it was in a fan-out.
    #[must_use]
    pub fn task_path(&self) -> Option<&'a TaskPath> {
        self.record.task.as_ref()
    }

    /// Returns the name of the output's contract, such as `Report` or `Partial<Finding>`.
    #[must_use]
    pub fn contract(&self) -> Cow<'static, str> {
        self.record.payload.contract(self.branch)
    }

    /// Returns the payload, if it is a `T`.
    ///
    /// The output of a barrier, even if it was not passed, is both a `Partial<T>` and the `Vec<T>` of its
    /// results. On an error that was [read from JSON](PipelineError::from_json), the payload is parsed at the
    /// first call, if its contract is still that of `T`.
    #[must_use]
    pub fn downcast<T: Contract>(&self) -> Option<&'a T> {
        self.record.payload.read(self.branch)
    }

    /// Returns the confidence of the output.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.record.confidence
    }

    /// Returns the warnings of the output's envelope: the first 64. The error has all of them.
    #[must_use]
    pub fn warnings(&self) -> &'a [Warning] {
        &self.record.warnings
    }

    /// Returns the envelope in which the output was handed on, if it is a `T`. Another run can start from it.
    ///
    /// It is `None` if the output was not handed on, because a check refused it or its barrier was not
    /// passed, and for the branches of a join or a race.
    #[must_use]
    pub fn envelope<T: Contract>(&self) -> Option<Envelope<T>> {
        let Record { agent, trace_id, confidence, warnings, handed_on, .. } = self.record;
        let HandedOn { target, tokens } = handed_on.as_ref().filter(|_| self.branch.is_none())?;
        Some(Envelope {
            source: (**agent).clone(),
            target: (**target).clone(),
            trace_id: *trace_id,
            confidence: *confidence,
            warnings: warnings.clone(),
            tokens: tokens.clone(),
            schema: T::fingerprint(),
            payload: self.downcast::<T>()?.clone(),
        })
    }
}

impl fmt::Display for Kept<'_> {
    /// Writes one line, such as ``pipeline `review`, task 3, agent `read`: `Finding` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(pipeline) = self.record.pipeline.as_deref() {
            write!(f, "pipeline `{pipeline}`, ")?;
        }
        if let Some(task) = self.task_path() {
            write!(f, "task {task}, ")?;
        }
        write!(f, "agent `{}`: `{}`", self.agent(), self.contract())
    }
}

impl fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({self})")
    }
}

/// What is kept of an output.
#[derive(Debug)]
pub(crate) struct Record {
    /// Not known where a barrier makes it, and told where the error leaves the pipeline.
    pub(crate) pipeline: Option<AnyId>,
    pub(super) agent: AnyId,
    pub(crate) task: Option<TaskPath>,
    pub(super) trace_id: TraceId,
    pub(super) confidence: Confidence,
    pub(crate) warnings: Warnings,
    pub(super) handed_on: Option<HandedOn>,
    pub(crate) of: Of,
    pub(super) payload: Payload,
}

/// Where an output went to.
#[derive(Clone, Debug)]
pub(super) struct HandedOn {
    pub(super) target: AnyId,
    pub(super) tokens: TokenCount,
}

/// What an output is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Of {
    /// An agent, or another stage that makes one payload.
    Agent,
    /// A fan-out, a join or a race that was passed.
    Passed,
    /// One that failed.
    Failed,
    /// One that was stopped.
    Stopped,
}

/// Warnings that are kept with an output. They are copies: were the list shared, the run would copy all of it whenever it
/// added to it.
const MOST_WARNINGS: usize = 64;

impl Record {
    /// The output of a stage as it was handed on, measured in this encoding.
    pub(crate) fn handed_on(head: &Head, encoding: Cow<'static, str>, of: Of, payload: Payload) -> Self {
        let Head { source, target, trace_id, confidence, tokens, .. } = *head;
        let warnings = head.warnings.iter().take(MOST_WARNINGS).cloned().collect();
        let tokens = TokenCount { count: tokens, encoding };
        let target = AnyId::from(target);
        Self {
            pipeline: None,
            agent: AnyId::from(source),
            task: None,
            trace_id,
            confidence,
            warnings,
            handed_on: Some(HandedOn { target, tokens }),
            of,
            payload,
        }
    }

    /// What the door has refused.
    pub(crate) fn refused(
        error: &PipelineError,
        agent: &'static AgentId,
        confidence: Confidence,
        of: Of,
        payload: Payload,
    ) -> Self {
        let warnings = error.warnings().iter().cloned().collect();
        Self::finished(agent, error.trace_id(), None, confidence, warnings, of, payload)
    }

    /// What has come of a fan-out, a join or a race that has not handed it on, in this task of another.
    pub(crate) fn finished(
        agent: &'static AgentId,
        trace_id: TraceId,
        task: Option<TaskPath>,
        confidence: Confidence,
        warnings: Warnings,
        of: Of,
        payload: Payload,
    ) -> Self {
        let agent = AnyId::from(agent);
        Self { pipeline: None, agent, task, trace_id, confidence, warnings, handed_on: None, of, payload }
    }

    /// The result of a run that came too late.
    pub(crate) fn too_late<T: Contract>(envelope: Envelope<T>) -> Self {
        let Envelope { source, trace_id, confidence, warnings, payload, .. } = envelope;
        Self {
            pipeline: None,
            agent: AnyId::from(source),
            task: None,
            trace_id,
            confidence,
            warnings,
            handed_on: None,
            of: Of::Agent,
            payload: One::of(payload),
        }
    }

    /// The same, made in this pipeline and this task where that is not known better.
    pub(crate) fn made_in(mut self, pipeline: Option<&'static AgentId>, task: Option<&TaskPath>) -> Self {
        self.pipeline = self.pipeline.or(pipeline.map(AnyId::from));
        self.task = self.task.or_else(|| task.cloned());
        self
    }

    /// The same of a failure that the run has got over.
    pub(crate) fn of_the_past(mut self) -> Self {
        if self.of != Of::Agent {
            self.of = Of::Passed;
        }
        self
    }

    /// The same on an error, where somebody may ask for it as for what has come of a fan-out.
    pub(super) fn on_an_error(mut self) -> Self {
        self.payload = self.payload.into_many();
        self
    }

    /// Each output of its own that an error shows.
    pub(super) fn shown(&self) -> impl DoubleEndedIterator<Item = Kept<'_>> {
        let branches = self.payload.branches();
        let whole = branches.is_none().then_some(None);
        let branches = (0..branches.map_or(0, <[_]>::len)).map(Some);
        whole.into_iter().chain(branches).map(|branch| Kept { record: self, branch })
    }

    /// What has come of a fan-out, a join or a race, or of any other stage as of one of a single task.
    pub(super) fn partial<T: Contract>(&self) -> Option<&Partial<T>> {
        self.payload.partial()
    }
}
