//! Spans whose ids an exporter knows.

use crate::panics::guarded;
use crate::telemetry::{self, Propagator};
use crate::trace::{SpanId, TraceId, TraceParent};
use std::sync::Arc;

/// Who knows the ids that spans are exported with, if anybody does.
#[derive(Clone, Default)]
pub(crate) struct Exported {
    by: Option<Arc<dyn Propagator>>,
}

impl Exported {
    pub(in crate::engine) fn by(propagator: impl Propagator) -> Self {
        Self { by: Some(Arc::new(propagator)) }
    }

    /// Whether there is somebody to ask.
    pub(in crate::engine) fn is_asked(&self) -> bool {
        self.by.is_some()
    }

    /// The span that is entered.
    pub(in crate::engine) fn current(&self) -> Option<TraceParent> {
        let by = self.by.as_ref()?;
        guarded(|| by.current()).ok().flatten()
    }

    /// Opens a span that is exported with these ids. It is entered for that: subscribers wait with it as long
    /// as they can.
    pub(super) fn open(&self, ids: (TraceId, SpanId), open: impl FnOnce() -> tracing::Span) -> tracing::Span {
        if self.by.is_none() {
            return open();
        }
        telemetry::open(ids, || {
            let span = open();
            span.in_scope(|| {});
            span
        })
    }

    /// Opens the span of a run: below the one that is entered, if that is of the run's trace.
    pub(super) fn open_run(
        &self,
        (trace_id, span_id): (TraceId, SpanId),
        parent: Option<TraceParent>,
        open: impl FnOnce() -> tracing::Span,
    ) -> tracing::Span {
        let Some(by) = &self.by else { return open() };
        let open = || self.open((trace_id, span_id), open);
        let of_trace = self.current().map_or(parent.is_none(), |around| around.trace_id() == trace_id);
        if of_trace {
            return open();
        }
        let around = tracing::Span::current();
        let (mut open, mut run) = (Some(open), None);
        // Whatever it does, the span is opened once.
        let _ = guarded(|| {
            by.within(parent, &mut || {
                if let Some(open) = open.take() {
                    run = Some(open());
                }
            });
        });
        let run = match open {
            Some(open) => open(),
            None => run.unwrap_or_else(tracing::Span::none),
        };
        run.follows_from(around);
        run
    }
}
