//! The spans of one run: what its events tell, as a tree.

use super::exported::Exported;
use super::{Span, ends, instants, is_on, starts};
use crate::engine::observer::Event;
use crate::engine::place::Place;
use crate::panics::guarded;
use crate::trace::{SpanId, TraceId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The spans of the parts of a run that are under way.
#[derive(Default)]
pub(in crate::engine) struct Spans {
    open: Mutex<HashMap<SpanId, Open>>,
    /// What is handed on with the trace.
    flags: OnceLock<u8>,
}

/// That of one part.
#[derive(Clone)]
struct Open {
    /// Its own, or the nearest around it, where the subscriber wants none of this one.
    span: tracing::Span,
    is_own: bool,
}

impl Spans {
    /// The span of a part that is under way, or the nearest around it that there is.
    pub(in crate::engine) fn span(&self, part: SpanId) -> Span {
        Span { span: if is_on() { self.of(part) } else { tracing::Span::none() } }
    }

    /// What is handed on with the trace, if an exporter has said it.
    pub(in crate::engine) fn flags(&self) -> Option<u8> {
        self.flags.get().copied()
    }

    /// Tells the subscriber what happens in the run of this trace; its panics are caught as an observer's are.
    pub(in crate::engine) fn tell(&self, trace_id: TraceId, exported: &Exported, event: &Event<'_>) {
        if is_on() {
            let _ = guarded(|| self.show(trace_id, exported, event));
        }
    }

    fn show(&self, trace_id: TraceId, exported: &Exported, event: &Event<'_>) {
        let at = event.at();
        match *event {
            Event::RunStarted { pipeline, parent, .. } => {
                let open = || starts::run(trace_id, at, pipeline, parent);
                let span = exported.open_run((trace_id, at.span), parent, open);
                if let Some(own) = span.in_scope(|| exported.current()) {
                    let _ = self.flags.set(own.flags());
                }
                instants::show(&span, trace_id, event);
                self.insert(at, Open { span, is_own: true });
            }
            Event::PipelineStarted { .. }
            | Event::FanOutStarted { .. }
            | Event::TaskStarted { .. }
            | Event::AttemptStarted { .. }
            | Event::RoundStarted { .. }
            | Event::FallbackStarted { .. } => {
                // Wherever it is told of.
                let parent = at.parent.map_or_else(tracing::Span::none, |parent| self.of(parent));
                let span = exported.open((trace_id, at.span), || starts::part(&parent, event));
                let open = if span.is_disabled() {
                    Open { span: parent, is_own: false }
                } else {
                    Open { span, is_own: true }
                };
                self.insert(at, open);
            }
            Event::RunEnded { .. }
            | Event::PipelineEnded { .. }
            | Event::FanOutEnded { .. }
            | Event::TaskEnded { .. }
            | Event::AttemptEnded { .. }
            | Event::RoundEnded { .. }
            | Event::FallbackEnded { .. } => {
                let open = self.open().remove(&at.span);
                if let Some(Open { span, is_own: true }) = open {
                    // Entered, since some take the time at which it was last left for that of its end.
                    span.in_scope(|| ends::part(&span, trace_id, event));
                }
            }
            Event::Handoff { .. } | Event::Gate { .. } | Event::Warned { .. } | Event::Progress { .. } => {
                instants::show(&self.of(at.span), trace_id, event);
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<SpanId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, part: SpanId) -> tracing::Span {
        let open = self.open().get(&part).cloned();
        open.map_or_else(tracing::Span::none, |open| open.span)
    }

    fn insert(&self, at: &Place, open: Open) {
        self.open().insert(at.span, open);
    }
}
