//! What a run had come to before it failed.

use super::PipelineError;
use crate::agent::AgentId;
use crate::barrier::Partial;
use crate::budget::TokenCount;
use crate::contract::{Confidence, Contract};
use crate::envelope::{Envelope, Warning};
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;

/// An output that a run had come to before it failed: see [`PipelineError::kept`](crate::PipelineError::kept).
///
/// It shows nothing of its payload.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    record: &'a Record,
    /// Which of the branches of a join.
    branch: Option<usize>,
}

impl<'a> Kept<'a> {
    /// The pipeline in which it was made: the innermost, where pipelines nest.
    #[must_use]
    pub fn pipeline(&self) -> &'a str {
        self.record.pipeline.map_or("", |id| &id.name)
    }

    /// The agent that made it; of what a barrier made of the outputs of tasks, theirs.
    #[must_use]
    pub fn agent(&self) -> &'a AgentId {
        self.branch.and_then(|branch| self.record.value.branch(branch)).unwrap_or(&self.record.agent)
    }

    /// The task of a fan-out in which it was made, if it was in one.
    #[must_use]
    pub fn task_path(&self) -> Option<&'a TaskPath> {
        self.record.task.as_ref()
    }

    /// The name of its contract, as in `Report` or `Partial<Finding>`.
    #[must_use]
    pub fn contract(&self) -> Cow<'static, str> {
        self.record.value.contract(self.branch)
    }

    /// The payload, if it is a `T`. What a barrier handed on, or would have, is both a `Partial<T>` and the `Vec<T>` of
    /// its results.
    #[must_use]
    pub fn downcast<T: 'static>(&self) -> Option<&'a T> {
        let (payload, results) = self.record.value.payload(self.branch);
        payload.downcast_ref().or_else(|| results?.downcast_ref())
    }

    /// How sure it is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.record.confidence
    }

    /// What had been noticed by then, as in its envelope.
    #[must_use]
    pub fn warnings(&self) -> &'a [Warning] {
        &self.record.warnings
    }

    /// The envelope that it was handed on in, if it is a `T`: what another run can go on from. `None` of what was not
    /// handed on, because the door refused it or its barrier was not passed, and of the branches of a join.
    #[must_use]
    pub fn envelope<T: Contract>(&self) -> Option<Envelope<T>> {
        let Record { agent, trace_id, confidence, warnings, handed_on, .. } = self.record;
        let HandedOn { target, tokens } = handed_on.as_ref().filter(|_| self.branch.is_none())?;
        Some(Envelope {
            source: agent.clone(),
            target: target.clone(),
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
    /// On one line, as in ``pipeline `review`, task 3, agent `read`: `Finding` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(pipeline) = self.record.pipeline {
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
    pub(crate) pipeline: Option<&'static AgentId>,
    pub(crate) agent: AgentId,
    pub(crate) task: Option<TaskPath>,
    pub(crate) trace_id: TraceId,
    pub(crate) confidence: Confidence,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) handed_on: Option<HandedOn>,
    pub(crate) of: Of,
    pub(crate) value: Box<dyn Value>,
}

/// Where an output went to.
#[derive(Debug)]
pub(crate) struct HandedOn {
    target: AgentId,
    tokens: TokenCount,
}

/// What an output is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// An agent.
    Agent,
    /// A fan-out or a join that was passed.
    Passed,
    /// One that failed.
    Failed,
    /// One that was stopped.
    Stopped,
}

impl Record {
    /// The output of an agent, or what has come of a fan-out or a join, as it was handed on.
    pub(crate) fn handed_on<T>(envelope: &Envelope<T>, of: Of, value: Box<dyn Value>) -> Self {
        let Envelope { source, target, trace_id, confidence, warnings, tokens, .. } = envelope;
        Self {
            pipeline: None,
            agent: source.clone(),
            task: None,
            trace_id: *trace_id,
            confidence: *confidence,
            warnings: warnings.clone(),
            handed_on: Some(HandedOn { target: target.clone(), tokens: tokens.clone() }),
            of,
            value,
        }
    }

    /// What the door has refused.
    pub(crate) fn refused(
        error: &PipelineError,
        agent: &AgentId,
        confidence: Confidence,
        of: Of,
        value: Box<dyn Value>,
    ) -> Self {
        let warnings = error.warnings().to_vec();
        let (agent, trace_id) = (agent.clone(), error.trace_id());
        Self { pipeline: None, agent, task: None, trace_id, confidence, warnings, handed_on: None, of, value }
    }

    /// Each output of its own that an error shows.
    pub(super) fn shown(&self) -> impl DoubleEndedIterator<Item = Kept<'_>> {
        let whole = self.value.branches().is_none().then_some(None);
        let branches = (0..self.value.branches().unwrap_or_default()).map(Some);
        whole.into_iter().chain(branches).map(|branch| Kept { record: self, branch })
    }

    /// What has come of a fan-out or a join.
    pub(super) fn finished<T: 'static>(&self) -> Option<&Partial<T>> {
        self.value.payload(None).0.downcast_ref()
    }
}

/// A payload whose type only the user knows.
pub(crate) trait Value: Send + Sync {
    /// The name of its contract.
    fn contract(&self, branch: Option<usize>) -> Cow<'static, str>;

    /// The payload; and of several results those alone.
    fn payload(&self, branch: Option<usize>) -> (&dyn Any, Option<&dyn Any>);

    /// The value as it is made.
    fn as_any_mut(&mut self) -> &mut dyn Any;

    /// How many outputs of branches of a join it holds, if it does.
    fn branches(&self) -> Option<usize> {
        None
    }

    /// Whose output that of a branch is.
    fn branch(&self, _: usize) -> Option<&'static AgentId> {
        None
    }
}

/// An output of an agent.
pub(crate) struct One<T>(pub(crate) T);

impl<T: Contract> Value for One<T> {
    fn contract(&self, _: Option<usize>) -> Cow<'static, str> {
        T::name()
    }

    fn payload(&self, _: Option<usize>) -> (&dyn Any, Option<&dyn Any>) {
        (&self.0, None)
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// What the tasks of a fan-out have come to; or those branches of a join that hand on `T`.
pub(crate) struct Many<T> {
    pub(crate) partial: Partial<T>,
    /// Whose the results are, of a join.
    pub(crate) branches: Option<Vec<&'static AgentId>>,
}

impl<T: Contract> Value for Many<T> {
    fn contract(&self, branch: Option<usize>) -> Cow<'static, str> {
        if branch.is_some() { T::name() } else { Partial::<T>::name() }
    }

    fn payload(&self, branch: Option<usize>) -> (&dyn Any, Option<&dyn Any>) {
        match branch.and_then(|branch| self.partial.results().as_slice().get(branch)) {
            Some(output) => (output, None),
            None => (&self.partial, Some(self.partial.all_results())),
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn branches(&self) -> Option<usize> {
        self.branches.as_ref().map(Vec::len)
    }

    fn branch(&self, branch: usize) -> Option<&'static AgentId> {
        self.branches.as_ref()?.get(branch).copied()
    }
}

impl fmt::Debug for dyn Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.contract(None))
    }
}
