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
pub(super) struct Open {
    /// Its own, or the nearest around it, where the subscriber wants none of this one.
    pub(super) span: tracing::Span,
    pub(super) is_own: bool,
    /// Whether the part is an attempt.
    pub(super) is_attempt: bool,
}

impl Open {
    fn none() -> Self {
        Self { span: tracing::Span::none(), is_own: false, is_attempt: false }
    }
}

impl Spans {
    /// The span of a part that is under way, or the nearest around it that there is.
    pub(in crate::engine) fn span(&self, part: SpanId) -> Span {
        Span { span: if is_on() { self.of(part).span } else { tracing::Span::none() } }
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
            Event::RunStarted { pipeline, parent, .. } | Event::RunResumed { pipeline, parent, .. } => {
                let open = || starts::run(trace_id, at, pipeline, parent);
                let span = exported.open_run((trace_id, at.span), parent, open);
                if let Some(own) = span.in_scope(|| exported.current()) {
                    let _ = self.flags.set(own.flags());
                }
                let open = Open { span, is_own: true, is_attempt: false };
                instants::show(&open, trace_id, event);
                self.insert(at, open);
            }
            Event::PipelineStarted { .. }
            | Event::FanOutStarted { .. }
            | Event::TaskStarted { .. }
            | Event::AttemptStarted { .. }
            | Event::RoundStarted { .. }
            | Event::FallbackStarted { .. } => {
                // Wherever it is told of.
                let around = at.parent.map_or_else(Open::none, |parent| self.of(parent));
                let (parent, is_tool) = (around.span, around.is_attempt);
                let span = exported.open((trace_id, at.span), || starts::part(&parent, is_tool, event));
                let is_attempt = matches!(event, Event::AttemptStarted { .. });
                let is_own = !span.is_disabled();
                self.insert(at, Open { span: if is_own { span } else { parent }, is_own, is_attempt });
            }
            Event::RunEnded { .. }
            | Event::PipelineEnded { .. }
            | Event::FanOutEnded { .. }
            | Event::TaskEnded { .. }
            | Event::AttemptEnded { .. }
            | Event::RoundEnded { .. }
            | Event::FallbackEnded { .. } => {
                let open = self.open().remove(&at.span);
                match open {
                    // Entered, since some take the time at which it was last left for that of its end.
                    Some(open) if open.is_own => open.span.in_scope(|| ends::part(&open, trace_id, event)),
                    Some(open) => instants::show(&open, trace_id, event),
                    None => {}
                }
            }
            // Its end says the same.
            Event::AttemptFailed { .. } => {}
            Event::SignalWaits { .. }
            | Event::Handoff { .. }
            | Event::Gate { .. }
            | Event::Warned { .. }
            | Event::Progress { .. } => {
                instants::show(&self.of(at.span), trace_id, event);
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<SpanId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, part: SpanId) -> Open {
        let open = self.open().get(&part).cloned();
        open.unwrap_or_else(Open::none)
    }

    fn insert(&self, at: &Place, open: Open) {
        self.open().insert(at.span, open);
    }
}
