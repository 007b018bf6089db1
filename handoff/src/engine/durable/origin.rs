//! Which run is driven.

use crate::engine::origin::Origin as Trace;
use crate::trace::{TraceId, TraceParent};
use std::time::{Duration, SystemTime};

/// The identity of a run: its id and its trace.
#[derive(Clone, Debug)]
pub struct Origin {
    id: String,
    pub(super) trace_id: TraceId,
    parent: Option<TraceParent>,
    pub(super) deadline: Option<Duration>,
    pub(super) until: Option<SystemTime>,
    pub(super) resumed: Option<u64>,
}

impl Origin {
    /// Creates the origin of a run. Both have to be the same whenever it is resumed.
    #[must_use]
    #[inline]
    pub fn new(id: impl Into<String>, trace_id: TraceId) -> Self {
        Self { id: id.into(), trace_id, parent: None, deadline: None, until: None, resumed: None }
    }

    /// Sets the operation elsewhere that the run is part of, whose trace is the run's.
    #[must_use]
    #[inline]
    pub fn parent(mut self, parent: Option<TraceParent>) -> Self {
        self.parent = parent;
        self
    }

    /// Sets the longest that the run may take, from when it first began.
    ///
    /// It can shorten the runtime's [limit](crate::Limits::deadline) and not extend it. The journal records
    /// when the time is over.
    #[must_use]
    #[inline]
    pub fn deadline(mut self, time: Option<Duration>) -> Self {
        self.deadline = time;
        self
    }

    /// Sets when the deadline passes, for [`Context::time_left`](crate::Context::time_left) of agents in other
    /// processes.
    ///
    /// It has to be recorded when the run first begins, since calls are the same text whenever it is resumed.
    #[must_use]
    #[inline]
    pub fn until(mut self, time: Option<SystemTime>) -> Self {
        self.until = time;
        self
    }

    /// States that the run is resumed, and how many calls and timers have ended before, for observers.
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
