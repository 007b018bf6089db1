//! Which run is driven.

use crate::engine::origin::Origin as Trace;
use crate::trace::{TraceId, TraceParent};
use std::time::Duration;

/// Which run it is.
#[derive(Clone, Debug)]
pub struct Origin {
    id: String,
    pub(super) trace_id: TraceId,
    parent: Option<TraceParent>,
    pub(super) deadline: Option<Duration>,
    pub(super) resumed: Option<u64>,
}

impl Origin {
    /// The run of this id, in this trace: both have to be the same wherever it is gone on with.
    #[must_use]
    #[inline]
    pub fn new(id: impl Into<String>, trace_id: TraceId) -> Self {
        Self { id: id.into(), trace_id, parent: None, deadline: None, resumed: None }
    }

    /// The operation elsewhere that it is part of, whose trace is the run's.
    #[must_use]
    #[inline]
    pub fn parent(mut self, parent: Option<TraceParent>) -> Self {
        self.parent = parent;
        self
    }

    /// How long it may take, from when it first began, if that is less than the runtime's
    /// [limit](crate::Limits::deadline). The journal keeps when that is over.
    #[must_use]
    #[inline]
    pub fn deadline(mut self, time: Option<Duration>) -> Self {
        self.deadline = time;
        self
    }

    /// Whether it is gone on with, and how many calls and timers have ended by now: observers are told.
    #[must_use]
    #[inline]
    pub fn resumed(mut self, entries: Option<u64>) -> Self {
        self.resumed = entries;
        self
    }

    #[inline]
    pub(in crate::engine) fn trace(&self) -> Trace {
        match self.parent {
            Some(parent) => Trace::of_run(&self.id, parent),
            None => Trace::from(self.trace_id),
        }
    }
}
