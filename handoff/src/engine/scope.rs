//! What the parts of one run share.

use super::guard::guarded;
use super::observer::{Event, Observer};
use super::runtime::Backoff;
use crate::budget::Meter;
use crate::contract::Confidence;
use crate::envelope::TraceId;
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;

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
}

struct Inner {
    trace_id: TraceId,
    settings: Arc<Settings>,
    /// Its sender lives as long as the run.
    ended: watch::Receiver<()>,
}

/// Held by a run for as long as it lives.
pub(crate) struct Alive {
    _sender: watch::Sender<()>,
}

impl Scope {
    pub(crate) fn new(trace_id: TraceId, settings: Arc<Settings>) -> (Self, Alive) {
        let (sender, ended) = watch::channel(());
        (Self { inner: Arc::new(Inner { trace_id, settings, ended }) }, Alive { _sender: sender })
    }

    /// The run.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.trace_id
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Resolves when the run is over.
    pub(crate) async fn ended(&self) {
        let mut ended = self.inner.ended.clone();
        while ended.changed().await.is_ok() {}
    }

    /// Tells the runtime's observer, whose panics are its own.
    pub(crate) fn observe(&self, event: &Event<'_>) {
        if let Some(observer) = &self.settings().observer {
            // The panic hook has printed what it said.
            let _ = guarded(|| observer.observe(self.trace_id(), event));
        }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("trace_id", &self.trace_id()).finish_non_exhaustive()
    }
}
