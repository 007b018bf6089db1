//! A barrier while its tasks run.

use super::gathers::Settlement;
use super::{Labels, Partial, Policy, TaskFailure};
use crate::agent::AgentId;
use crate::contract::{Confidence, Contract};
use crate::envelope::{Handed, Head, Warning, Warnings};
use crate::error::{DeadlineOf, ErrorKind, Of, Payload, PipelineError, Record};
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use std::collections::BinaryHeap;
use std::time::Duration;

/// Whether the tasks of a fan-out should go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Go on: start the tasks that wait, and await those that run.
    Open,
    /// The outcome is known: start no further task, and stop those that run.
    Closed,
}

/// The way a task ended, as [`Task::run`](crate::engine::Task::run) reports it to the barrier.
#[derive(Debug)]
pub struct Ended<T> {
    pub(crate) task: usize,
    pub(crate) outcome: Result<Handed<T>, PipelineError>,
    /// Why it failed, where the output is what `recover` made of that.
    pub(crate) recovered: Option<Box<TaskFailure>>,
}

/// What is known of a task so far: no larger than what it hands on, for there may be many that wait.
#[derive(Debug)]
pub(super) enum Outcome<T> {
    /// It has not ended, or was cancelled.
    Unsettled,
    Succeeded(T),
    Failed(PipelineError),
}

/// Tells apart what the branches of a join or a race hand on.
pub(super) type Keep<T> = fn(Partial<T>) -> Vec<Payload>;

/// A barrier at work: the outcomes of the tasks so far.
#[derive(Debug)]
pub struct Barrier<T> {
    pub(super) policy: Policy,
    pub(super) agent: &'static AgentId,
    pub(super) trace_id: TraceId,
    /// The task that the fan-out is in.
    pub(super) within: Option<TaskPath>,
    pub(super) labels: Labels,
    deadline: Option<Duration>,
    /// The confidence that a result states.
    stated: fn(&T) -> Option<Confidence>,
    /// If it waits for the branches of a join or a race, which have no index: how what had finished is kept.
    pub(super) of_branches: Option<Keep<T>>,
    /// What is known of the outputs of such branches.
    pub(super) heads: Vec<(usize, Head)>,
    pub(super) tasks: Vec<Outcome<T>>,
    succeeded: usize,
    failed: usize,
    /// Why tasks failed whose output is what `recover` made of that.
    pub(super) recovered: Vec<TaskFailure>,
    /// What the tasks noticed, as they ended.
    pub(super) warnings: Vec<(usize, Warning)>,
    /// What was noticed beside the tasks.
    pub(super) asides: Vec<Warning>,
    /// The task whose failure made the policy impossible to keep.
    pub(super) decisive: Option<usize>,
    /// Under [`Policy::First`]: the successes since its status was last asked for, and whether there are enough.
    fresh: BinaryHeap<usize>,
    pub(super) passed: bool,
    /// What tasks that were stopped had come to on their way.
    pub(super) kept: Vec<Record>,
}

impl<T: Contract> Barrier<T> {
    /// A barrier before `total` tasks of `agent`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Barrier`] where more tasks have to succeed than there are: before anything
    /// is started.
    pub(crate) fn new(
        policy: Policy,
        total: usize,
        agent: &'static AgentId,
        trace_id: TraceId,
    ) -> Result<Self, ErrorKind> {
        let needed = policy.needed(total);
        if needed > total {
            let (succeeded, failed, failures) = (0, 0, Vec::new());
            return Err(ErrorKind::Barrier { succeeded, needed, total, failed, failures });
        }
        let mut barrier = Self::empty(policy, agent, trace_id);
        barrier.tasks.resize_with(total, || Outcome::Unsettled);
        Ok(barrier)
    }

    /// A barrier before no task at all.
    fn empty(policy: Policy, agent: &'static AgentId, trace_id: TraceId) -> Self {
        Self {
            policy,
            agent,
            trace_id,
            within: None,
            labels: Labels::default(),
            deadline: None,
            stated: T::confidence,
            of_branches: None,
            heads: Vec::new(),
            tasks: Vec::new(),
            succeeded: 0,
            failed: 0,
            recovered: Vec::new(),
            warnings: Vec::new(),
            asides: Vec::new(),
            decisive: None,
            fresh: BinaryHeap::new(),
            passed: false,
            kept: Vec::new(),
        }
    }

    /// Takes the barrier, and leaves one before no task.
    pub(crate) fn take(&mut self) -> Self {
        let empty = Self::empty(self.policy, self.agent, self.trace_id);
        std::mem::replace(self, empty)
    }

    /// The same, where a result states its confidence otherwise than by its contract.
    pub(crate) fn stating(mut self, stated: fn(&T) -> Option<Confidence>) -> Self {
        self.stated = stated;
        self
    }

    /// The same before the branches of a join or a race.
    pub(crate) fn of_branches(mut self, keep: Keep<T>) -> Self {
        self.of_branches = Some(keep);
        self
    }

    /// The same, in a task of another fan-out.
    pub(crate) fn within(mut self, task: Option<&TaskPath>) -> Self {
        self.within = task.cloned();
        self
    }

    /// The same, with names for its tasks.
    pub(crate) fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// The same, for so long.
    pub(crate) fn until(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Returns how long the barrier waits for its tasks, or `None` if it waits for ever.
    ///
    /// When that time has passed, the engine stops the tasks that run, reports those that had ended before,
    /// and then calls [`expire`](Self::expire).
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Records how a task ended, even after the barrier has closed.
    ///
    /// A task ends once. A task that was stopped before it ended is not recorded.
    ///
    /// # Panics
    ///
    /// Panics if there is no such task.
    pub fn settle(&mut self, ended: Ended<T>) {
        let Ended { task, outcome, recovered } = ended;
        // What comes after the first successes has been cancelled: neither result nor failure.
        match outcome {
            Ok(handed) => {
                let (payload, mut head) = handed.split();
                self.note(task, std::mem::take(&mut head.warnings));
                if self.of_branches.is_some() {
                    self.heads.push((task, head));
                }
                if !self.passed {
                    self.tasks[task] = Outcome::Succeeded(payload);
                    if let Some(failure) = recovered {
                        self.recovered.push(*failure);
                        return;
                    }
                    self.succeeded += 1;
                    if self.policy.stops_the_rest() {
                        self.fresh.push(task);
                    }
                }
            }
            Err(mut error) => {
                self.note(task, error.take_warnings());
                if !self.passed {
                    self.fail(task, error);
                }
            }
        }
    }

    #[inline]
    fn note(&mut self, task: usize, warnings: Warnings) {
        if !warnings.is_empty() {
            self.note_all(task, warnings);
        }
    }

    fn note_all(&mut self, task: usize, warnings: Warnings) {
        for mut warning in warnings {
            if self.of_branches.is_none() {
                warning.set_task(&TaskPath::new(self.within.as_ref(), task), self.labels.get(task));
            }
            self.warnings.push((task, warning));
        }
    }

    fn fail(&mut self, task: usize, error: PipelineError) {
        self.tasks[task] = Outcome::Failed(error);
        self.failed += 1;
    }

    /// How many of the tasks that run have to succeed until there can be another status, if none fails. Where the rest is
    /// stopped, it matters which came first.
    pub(crate) fn decided_after(&self, running: usize) -> usize {
        if self.policy.stops_the_rest() { 1 } else { running }
    }

    /// Returns whether to go on.
    ///
    /// All outcomes that were recorded since the last call count as seen at once: of several failures, the
    /// one with the lowest index decides.
    pub fn status(&mut self) -> Status {
        let total = self.tasks.len();
        let needed = self.policy.needed(total);
        if self.policy.stops_the_rest() && self.decisive.is_none() {
            while self.succeeded > needed
                && let Some(task) = self.fresh.pop()
            {
                self.tasks[task] = Outcome::Unsettled;
                self.succeeded -= 1;
            }
            self.fresh.clear();
            self.passed = self.succeeded == needed;
        }
        let recovered = self.recovered.len();
        let lost = self.failed + if self.policy.takes_what_was_recovered() { 0 } else { recovered };
        if !self.passed && self.decisive.is_none() && total - lost < needed {
            let failed = self.tasks.iter().position(|task| matches!(task, Outcome::Failed(_)));
            self.decisive = failed.or_else(|| self.recovered.iter().map(|failure| failure.task).min());
        }
        let settled = self.succeeded + recovered + self.failed == total;
        if self.passed || self.decisive.is_some() || settled { Status::Closed } else { Status::Open }
    }

    /// Reports that the deadline has passed.
    ///
    /// Every task that has not settled fails, unless the outcome was known before. The failure is blamed on
    /// `agent`, which each task runs.
    pub fn expire(&mut self, agent: &AgentId) {
        let Some(after) = self.deadline else {
            return;
        };
        if self.status() == Status::Closed {
            return;
        }
        for task in 0..self.tasks.len() {
            if let Outcome::Unsettled = self.tasks[task] {
                let kind = ErrorKind::Deadline { whose: DeadlineOf::Barrier, after };
                let error = PipelineError::new(kind, agent.clone(), self.trace_id);
                let path = TaskPath::new(self.within.as_ref(), task);
                self.fail(task, error.in_task(&path, self.labels.get(task)));
            }
        }
    }

    /// What had finished and was noticed, where it is stopped.
    pub(crate) fn left(&mut self) -> Vec<Record> {
        Settlement::of(self).left(Of::Stopped)
    }

    /// Keeps what tasks that were stopped had come to on their way, unless it is passed.
    pub(crate) fn keep(&mut self, mut records: Vec<Record>) {
        self.kept.append(&mut records);
    }

    /// Adds a warning that does not belong to a task.
    pub fn warn(&mut self, warning: Warning) {
        self.asides.push(warning);
    }

    /// The mean over the tasks that were not cancelled, a failed one counting 0. Summed in the order
    /// of the items, so that it does not depend on who was first.
    ///
    /// The branches of a join or a race do different things, so how many of them succeed says nothing: where
    /// none is sure of anything itself, all of them together are as sure as the one with the least.
    #[allow(clippy::cast_precision_loss)] // a width beyond 2^52 does not fit into memory
    pub(super) fn confidence(&self) -> Option<Confidence> {
        let says_so =
            |task: &Outcome<T>| matches!(task, Outcome::Succeeded(payload) if payload.confidence().is_some());
        if self.of_branches.is_some() && !self.tasks.iter().any(says_so) {
            let sure = self.heads.iter().map(|(_, head)| head.confidence);
            return sure.min_by(|one, other| one.get().total_cmp(&other.get()));
        }
        let ended = self.succeeded + self.recovered.len() + self.failed;
        let mut recovered: Vec<_> = self.recovered.iter().map(|failure| failure.task).collect();
        recovered.sort_unstable();
        let unknown = |task| if recovered.binary_search(&task).is_ok() { 0.0 } else { 1.0 };
        let mut sum = 0.0;
        for (index, task) in self.tasks.iter().enumerate() {
            if let Outcome::Succeeded(payload) = task {
                sum += (self.stated)(payload).map_or_else(|| unknown(index), Confidence::get);
            }
        }
        // A mean of confidences is one; rounding is kept inside the bounds.
        (ended > 0).then(|| Confidence::new(sum / ended as f64).unwrap_or(Confidence::FULL))
    }
}
