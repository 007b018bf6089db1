//! What a run has come to so far, for its error.

use super::scope::Scope;
use crate::agent::{AgentId, Target};
use crate::contract::Contract;
use crate::envelope::Handed;
use crate::error::{Of, One, Payload, Record};
use crate::panics::guarded;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The outputs of completed stages, in a run or in one of its tasks.
///
/// There is one for each sequence of stages that run one after the other. An output that has been handed on
/// belongs to its reader, so a copy is kept: one for each stage except the last, whose output the caller has.
/// When a pipeline ends, only its output is kept, and the same goes for a round of a loop, so there are never
/// more copies than stages.
#[derive(Default)]
pub struct Keeper {
    inner: Mutex<Inner>,
    /// Looked at without the lock: most tasks have kept nothing when they end. Nobody else keeps anything at that time.
    has_records: AtomicBool,
}

#[derive(Default)]
struct Inner {
    /// The pipeline that is under way.
    pipeline: Option<&'static AgentId>,
    records: Vec<Record>,
}

/// The beginning of a pipeline or of a loop.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pipeline: Option<&'static AgentId>,
    records: usize,
}

impl Mark {
    /// Whether it began in no other pipeline: it is the run's.
    pub(crate) fn is_outermost(self) -> bool {
        self.pipeline.is_none()
    }
}

impl Keeper {
    /// Creates the keeper of a task in the same pipeline.
    #[must_use]
    pub fn of_task(&self) -> Self {
        Self::in_pipeline(self.pipeline())
    }

    /// That of a task in this pipeline.
    pub(super) fn in_pipeline(pipeline: Option<&'static AgentId>) -> Self {
        let inner = Mutex::new(Inner { pipeline, records: Vec::new() });
        Self { inner, has_records: AtomicBool::new(false) }
    }

    /// The pipeline that is under way.
    pub(super) fn pipeline(&self) -> Option<&'static AgentId> {
        self.inner().pipeline
    }

    /// Keeps the output of a stage, which goes to `to`.
    #[inline]
    pub(crate) fn keep<T: Contract>(&self, scope: &Scope, handed: &Handed<T>, to: Target) {
        if !to.ends {
            self.keep_as(scope, handed, to, Of::Agent, |payload| One::of(payload.clone()));
        }
    }

    /// Keeps what is made of the payload, if it goes to anybody but whoever waits for it.
    pub(crate) fn keep_as<T>(
        &self,
        scope: &Scope,
        handed: &Handed<T>,
        to: Target,
        of: Of,
        copy: impl FnOnce(&T) -> Payload,
    ) {
        if to.ends {
            return;
        }
        // A `Clone` of the user's may panic; that is no reason for a run to fail which has no need of it.
        if let Ok(payload) = guarded(|| copy(handed.payload())) {
            self.add(scope, [Record::handed_on(handed.head(), scope.encoding(), of, payload)]);
        }
    }

    /// Keeps what has been made in the pipeline that is under way.
    pub(crate) fn add(&self, scope: &Scope, records: impl IntoIterator<Item = Record>) {
        let mut inner = self.inner();
        let pipeline = inner.pipeline;
        let place = |record: Record| record.made_in(pipeline, scope.task_path());
        inner.records.extend(records.into_iter().map(place));
        self.has_records.store(true, Ordering::Relaxed);
    }

    /// A loop begins.
    pub(crate) fn mark(&self) -> Mark {
        self.inner().mark()
    }

    /// A pipeline begins.
    pub(crate) fn enter(&self, pipeline: &'static AgentId) -> Mark {
        let mut inner = self.inner();
        let mark = inner.mark();
        inner.pipeline = Some(pipeline);
        mark
    }

    /// It has come to its end. If that is a good one, its output, which is the last, stands for all.
    pub(crate) fn leave(&self, mark: Mark, well: bool) {
        let mut inner = self.inner();
        if well {
            inner.only_the_last_since(mark);
        }
        inner.pipeline = mark.pipeline;
    }

    /// Drops all that has been kept since then but the last: of a round, that is what the next one begins with.
    pub(crate) fn only_the_last_since(&self, mark: Mark) {
        self.inner().only_the_last_since(mark);
    }

    /// Whether something may have been kept.
    #[inline]
    pub(super) fn has_records(&self) -> bool {
        self.has_records.load(Ordering::Relaxed)
    }

    /// Gives all that has been kept.
    #[inline]
    pub(crate) fn take(&self) -> Vec<Record> {
        if self.has_records() { std::mem::take(&mut self.inner().records) } else { Vec::new() }
    }

    /// The same, without a lock.
    pub(crate) fn take_mut(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.inner.get_mut().unwrap_or_else(PoisonError::into_inner).records)
    }

    /// Drops all that has been kept.
    #[inline]
    pub(crate) fn clear(&self) {
        drop(self.take());
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn mark(&self) -> Mark {
        Mark { pipeline: self.pipeline, records: self.records.len() }
    }

    fn only_the_last_since(&mut self, mark: Mark) {
        let last = self.records.len().saturating_sub(1);
        if mark.records < last {
            self.records.drain(mark.records..last);
        }
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("records", &self.inner().records.len()).finish_non_exhaustive()
    }
}
