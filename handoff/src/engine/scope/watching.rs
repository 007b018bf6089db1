//! What is told to whoever watches a run.

use super::Scope;
use super::outside::AttemptOf;
use super::parts::{Ending, Parts, What};
use super::telling::{Turn, wants_payloads};
use crate::engine::observer::{Observer, PartOutcome};
use crate::engine::place::Place;
use crate::engine::trace::{Span, Traced};
use crate::trace::SpanId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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

    #[inline]
    pub(super) fn begin(&self, span: SpanId) {
        self.span.store(span.to_bits(), Ordering::Relaxed);
        self.parts.store(0, Ordering::Relaxed);
        self.move_to(span);
    }

    /// One of its parts is under way.
    pub(super) fn goes_on_in(&self, part: SpanId) {
        self.next();
        self.move_to(part);
    }

    #[inline]
    fn move_to(&self, span: SpanId) {
        self.here.store(span.to_bits(), Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn span(&self) -> SpanId {
        SpanId::of_bits(self.span.load(Ordering::Relaxed))
    }

    #[inline]
    pub(super) fn here(&self) -> SpanId {
        SpanId::of_bits(self.here.load(Ordering::Relaxed))
    }

    /// Whether it is within a part beside others, and nothing has begun in it.
    fn is_new_within(&self) -> bool {
        self.here() != self.span() && self.parts.load(Ordering::Relaxed) == 0
    }

    /// The id of the next part.
    #[inline]
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
    /// Those who hear of the run.
    pub(super) fn observers(&self) -> impl Iterator<Item = &Arc<dyn Observer>> {
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

    /// The id of the next part of this run or task. The same one if it is gone through again, whoever watches.
    #[inline]
    pub(crate) fn next_span(&self) -> SpanId {
        self.strand.next()
    }

    /// Whether this is for a call of a tool in which nothing has begun: what is handed over are its arguments.
    pub(in crate::engine) fn is_calling(&self) -> bool {
        self.strand.is_new_within()
    }

    /// The turn to tell what happens where the run is, or the task of it that this is for. `None` where nobody is to be told:
    /// nobody watches, or it has been stopped.
    #[inline]
    pub(in crate::engine) fn here(&self) -> Option<(Turn<'_>, Place)> {
        if self.is_watched() { self.turn_here() } else { None }
    }

    #[inline(never)] // where nobody watches, there is next to nothing of it
    fn turn_here(&self) -> Option<(Turn<'_>, Place)> {
        let here = self.strand.here();
        self.turn(here, |parts| parts.place(here, self.task_path()))
    }

    /// The same of what can be [told later](Self::tell_or_leave) as well.
    pub(super) fn tell_here<F>(&self, tell: F)
    where
        F: FnOnce(&Turn<'_>, &Place) + Send + 'static,
    {
        let here = self.strand.here();
        self.tell_or_leave(here, |parts| {
            let at = parts.place(here, self.task_path())?;
            Some(move |turn: &Turn<'_>| tell(turn, &at))
        });
    }

    /// A part begins, which has taken [its id](Self::next_span): the turn to tell so. `None` where nobody is to be told.
    #[inline]
    pub(super) fn begin(&self, span: SpanId, what: What) -> Option<(Turn<'_>, Place)> {
        self.begin_in(self.strand.here(), span, what)
    }

    /// The same in another part than the one that is under way here.
    #[inline]
    pub(super) fn begin_in(&self, parent: SpanId, span: SpanId, what: What) -> Option<(Turn<'_>, Place)> {
        if self.is_watched() { self.turn_to_begin(parent, span, what) } else { None }
    }

    #[inline(never)] // the same
    fn turn_to_begin(&self, parent: SpanId, span: SpanId, what: What) -> Option<(Turn<'_>, Place)> {
        let above = (parent, self.strand.span());
        let begun = self.turn(parent, |parts| parts.begin(span, above, self.task_path(), what))?;
        self.strand.move_to(span);
        Some(begun)
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
        self.tell_ends(span, outcome, |parts| {
            let ending = parts.end(span, outcome);
            if let Some(back) = ending.back_to() {
                self.strand.move_to(back);
            }
            ending
        });
    }

    /// What is left in a part ends, which goes on.
    pub(super) fn end_below(&self, span: SpanId, outcome: PartOutcome<'_>) {
        self.tell_ends(span, outcome, |parts| {
            self.strand.move_to(span);
            parts.end_below(span)
        });
    }

    fn tell_ends(&self, part: SpanId, outcome: PartOutcome<'_>, end: impl FnOnce(&mut Parts) -> Ending) {
        if let PartOutcome::Stopped = outcome {
            // It may be an observer that drops it.
            return self.tell_or_leave(part, |parts| {
                let ending = end(parts);
                Some(move |turn: &Turn<'_>| turn.tell_ends(ending, PartOutcome::Stopped))
            });
        }
        if let Some((turn, ending)) = self.turn(part, |parts| Some(end(parts))) {
            turn.tell_ends(ending, outcome);
        }
    }

    /// The span of the tracing subscriber for a part that is under way.
    pub(in crate::engine) fn span(&self, part: SpanId) -> Span {
        self.traced().span(part)
    }

    /// What the tracing subscriber is told: of an attempt that is made for a run, by that.
    pub(super) fn traced(&self) -> &Traced {
        match &self.inner.attempt_of {
            Some(AttemptOf { run: Some(run), .. }) => run.traced(),
            _ => &self.inner.traced,
        }
    }
}
