//! What the parts of one run share.

use super::guard::guarded;
use super::observer::{Event, Observer};
use super::runtime::Backoff;
use super::trace;
use crate::budget::Meter;
use crate::contract::Confidence;
use crate::envelope::TraceId;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What a runtime gives to every run.
pub(crate) struct Settings {
    pub(crate) meter: Meter,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) min_confidence: Confidence,
    pub(crate) backoff: Backoff,
}

/// What the parts of one run share: its id, how it measures, who watches. Cheap to clone.
///
/// Its [`hand_off`](Scope::hand_off) is the one door that every payload goes through.
#[derive(Clone)]
pub struct Scope {
    inner: Arc<Inner>,
    task: Option<usize>,
}

struct Inner {
    trace_id: TraceId,
    settings: Arc<Settings>,
    /// Has no permits; closed when the run is over.
    ended: Semaphore,
}

/// Held by a run for as long as it lives.
pub(crate) struct Alive {
    inner: Arc<Inner>,
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.inner.ended.close();
    }
}

impl Scope {
    pub(crate) fn new(trace_id: TraceId, settings: Arc<Settings>) -> (Self, Alive) {
        let inner = Arc::new(Inner { trace_id, settings, ended: Semaphore::new(0) });
        (Self { inner: Arc::clone(&inner), task: None }, Alive { inner })
    }

    /// The same run, in a task of a fan-out.
    #[must_use]
    pub fn in_task(&self, index: usize) -> Self {
        Self { inner: Arc::clone(&self.inner), task: Some(index) }
    }

    /// The run.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.trace_id
    }

    /// The task of a fan-out that this is in: its index in the innermost one.
    #[must_use]
    pub fn task(&self) -> Option<usize> {
        self.task
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Resolves when the run is over.
    pub(crate) async fn ended(&self) {
        // An error: it is closed. There is never a permit.
        let _ = self.inner.ended.acquire().await;
    }

    /// Tells the tracing subscriber and the runtime's observer, whose panics are its own.
    pub(crate) fn observe(&self, event: &Event<'_>) {
        trace::event(self.trace_id(), event);
        if let Some(observer) = &self.settings().observer {
            // The panic hook has printed what it said.
            let _ = guarded(|| observer.observe(self.trace_id(), event));
        }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("trace_id", &self.trace_id())
            .field("task", &self.task)
            .finish_non_exhaustive()
    }
}
