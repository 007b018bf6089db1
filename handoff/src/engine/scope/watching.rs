//! What is told to whoever watches a run.

use super::Scope;
use super::parts::{Ending, Parts, What};
use crate::engine::observer::{Event, Observer, PartOutcome};
use crate::engine::place::Place;
use crate::engine::trace::Span;
use crate::panics::guarded;
use crate::trace::SpanId;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

/// Where a run is, or a task of it, which has one part under way after the other.
pub(super) struct Strand {
    /// The run, or the task.
    span: AtomicU64,
    /// How many parts it has had.
    parts: AtomicU64,
    /// The innermost part that is under way, where somebody watches.
    here: AtomicU64,
}

impl Strand {
    pub(super) fn of(span: SpanId) -> Self {
        let span = span.to_bits();
        Self { span: AtomicU64::new(span), parts: AtomicU64::new(0), here: AtomicU64::new(span) }
    }

    /// That of something which goes on within a part, beside others.
    pub(super) fn within(part: SpanId, nth: u64) -> Self {
        let strand = Self::of(part.nth(nth));
        strand.move_to(part);
        strand
    }

    pub(super) fn begin(&self, span: SpanId) {
        self.span.store(span.to_bits(), Ordering::Relaxed);
        self.parts.store(0, Ordering::Relaxed);
        self.move_to(span);
    }

    fn move_to(&self, span: SpanId) {
        self.here.store(span.to_bits(), Ordering::Relaxed);
    }

    pub(super) fn span(&self) -> SpanId {
        SpanId::of_bits(self.span.load(Ordering::Relaxed))
    }

    pub(super) fn here(&self) -> SpanId {
        SpanId::of_bits(self.here.load(Ordering::Relaxed))
    }

    /// Whether it is within a part beside others, and nothing has begun in it.
    fn is_new_within(&self) -> bool {
        self.here() != self.span() && self.parts.load(Ordering::Relaxed) == 0
    }

    /// The id of the next part.
    fn next(&self) -> SpanId {
        // Nobody else counts: what goes on at once has strands of its own.
        let parts = self.parts.load(Ordering::Relaxed);
        self.parts.store(parts.wrapping_add(1), Ordering::Relaxed);
        self.span().nth(parts)
    }
}

/// One that begins where this is.
impl Clone for Strand {
    fn clone(&self) -> Self {
        let [span, parts, here] = [&self.span, &self.parts, &self.here]
            .map(|number| AtomicU64::new(number.load(Ordering::Relaxed)));
        Self { span, parts, here }
    }
}

impl Scope {
    /// Whether there is anybody to tell. Asked before anything is made to be told.
    #[inline]
    pub(crate) fn is_watched(&self) -> bool {
        self.inner.parts.is_some()
    }

    /// Those who hear of the run.
    fn observers(&self) -> impl Iterator<Item = &Arc<dyn Observer>> {
        self.settings().observers.iter().chain(&self.inner.observers)
    }

    /// Those who hear of a run that is part of this one, whatever its runtime.
    pub(in crate::engine) fn own_observers(&self) -> &[Arc<dyn Observer>] {
        &self.inner.observers
    }

    /// Whether an observer is to see payloads.
    pub(in crate::engine) fn shows_payloads(&self) -> bool {
        self.observers().any(|observer| wants_payloads(&**observer))
    }

    pub(super) fn parts(&self) -> Option<MutexGuard<'_, Parts>> {
        let parts = self.inner.parts.as_ref()?;
        Some(parts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The id of the next part of this run or task. The same one if it is gone through again, whoever watches.
    #[inline]
    pub(crate) fn next_span(&self) -> SpanId {
        self.strand.next()
    }

    /// Where the run is, or the task of it that this is for. `None` where nobody is to be told: nobody watches, or it has
    /// been stopped.
    pub(crate) fn here(&self) -> Option<Place> {
        self.parts()?.place(self.strand.here(), self.task_path())
    }

    /// Whether this is for a call of a tool in which nothing has begun: what is handed over are its arguments.
    pub(in crate::engine) fn is_calling(&self) -> bool {
        self.strand.is_new_within()
    }

    /// A part begins, which has taken [its id](Self::next_span). `None` where nobody is to be told.
    pub(super) fn begin(&self, span: SpanId, what: What) -> Option<Place> {
        self.begin_in(self.strand.here(), span, what)
    }

    /// The same in another part than the one that is under way here.
    pub(super) fn begin_in(&self, parent: SpanId, span: SpanId, what: What) -> Option<Place> {
        let above = (parent, self.strand.span());
        let place = self.parts()?.begin(span, above, self.task_path(), what)?;
        self.strand.move_to(span);
        Some(place)
    }

    /// A part ends, and before it what is left of what is in it, in the same way if it is no task. Nobody is
    /// told where it has been stopped before.
    #[inline]
    pub(crate) fn end(&self, span: SpanId, outcome: PartOutcome<'_>) {
        if self.is_watched() {
            self.end_part(span, outcome);
        }
    }

    fn end_part(&self, span: SpanId, outcome: PartOutcome<'_>) {
        let Some(ending) = self.parts().map(|mut parts| parts.end(span, outcome)) else { return };
        if let Some(back) = ending.back_to() {
            self.strand.move_to(back);
        }
        self.tell_of_ends(ending, outcome);
    }

    /// What is left in a part ends, which goes on.
    pub(super) fn end_below(&self, span: SpanId, outcome: PartOutcome<'_>) {
        let Some(ending) = self.parts().map(|mut parts| parts.end_below(span)) else { return };
        self.strand.move_to(span);
        self.tell_of_ends(ending, outcome);
    }

    fn tell_of_ends(&self, ending: Ending, outcome: PartOutcome<'_>) {
        ending.tell(outcome, |agent| self.tell(agent), |event| self.tell_of(event));
    }

    /// The span of the tracing subscriber for a part that is under way.
    pub(in crate::engine) fn span(&self, part: SpanId) -> Span {
        self.inner.traced.span(part)
    }

    /// Tells the tracing subscriber and the observers, whose panics are their own. What threads that cannot be
    /// stopped have to say after the run's end, nobody hears.
    pub(crate) fn observe(&self, event: &Event<'_>) {
        if self.is_watched() && !self.inner.is_told.load(Ordering::Acquire) {
            self.tell_of(event);
        }
    }

    /// Tells the same of the end of the run, after that of all that is left of it: nothing is told after that.
    pub(in crate::engine) fn observe_end(&self, event: &Event<'_>) {
        self.inner.is_told.store(true, Ordering::Release);
        let left = self.parts().map(|mut parts| parts.end_all());
        self.tell_of_ends(left.unwrap_or_default(), PartOutcome::Stopped);
        self.tell_of(event);
    }

    fn tell_of(&self, event: &Event<'_>) {
        let bare = event.without_payload();
        self.inner.traced.tell(self.trace_id(), &self.settings().exported, &bare);
        let shows = event.shows_payload();
        for observer in self.observers() {
            let event = if shows && wants_payloads(&**observer) { event } else { &bare };
            // The panic hook has printed what it said.
            let _ = guarded(|| observer.observe(self.trace_id(), event));
        }
    }
}

fn wants_payloads(observer: &dyn Observer) -> bool {
    guarded(|| observer.wants_payloads()).unwrap_or_default()
}
