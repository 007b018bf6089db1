//! Whose turn it is to tell of a run: that of one thread at a time, on however many the run goes on.
//!
//! An event takes its turn before it changes what is under way, and keeps it until everybody has been told. So the order
//! of the changes is the order in which they are told, and no end overtakes what it is the end of.
//!
//! An observer may bring about events itself: it says something by a context that it was given, or drops a future of a
//! run. It must not wait for its own run, nor for another whose observer may wait for this one. So what it brings about
//! waits in a queue, and is told by whoever has the turn.

use super::parts::{Ending, Parts};
use super::{Inner, Scope};
use crate::engine::observer::{Event, Observer, PartOutcome};
use crate::panics::guarded;
use crate::trace::SpanId;
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};

thread_local! {
    static IN_OBSERVER: Cell<bool> = const { Cell::new(false) };
}

/// What is under way of a run, and whose turn it is to tell of it.
pub(super) struct Telling {
    /// Taken before `state` is locked, and given back while that is: whoever finds it taken meanwhile is heard of.
    turn: Mutex<()>,
    state: Mutex<State>,
}

struct State {
    parts: Parts,
    /// Whose turn it is, as soon as that is known.
    teller: Option<ThreadId>,
    /// What observers have brought about meanwhile.
    later: VecDeque<Later>,
}

type Later = Box<dyn FnOnce(&Turn<'_>) + Send>;

/// The turn to tell of a run.
pub(crate) struct Turn<'a> {
    scope: &'a Scope,
    telling: &'a Telling,
    /// `None` where it is in the middle of that of its own thread.
    held: Option<MutexGuard<'a, ()>>,
    /// The attempt that it is for, where the run itself tells of that: only what is within is told.
    within: Option<SpanId>,
}

impl Telling {
    pub(super) fn of(parts: Parts) -> Self {
        let state = State { parts, teller: None, later: VecDeque::new() };
        Self { turn: Mutex::default(), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` where it is somebody else's turn.
    fn try_turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self.turn.try_lock() {
            Ok(turn) => Some(turn),
            Err(TryLockError::Poisoned(turn)) => Some(turn.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Scope {
    /// Whether there is anybody to tell. Asked before anything is made to be told.
    #[inline]
    pub(crate) fn is_watched(&self) -> bool {
        self.inner.telling.is_some()
    }

    /// What is under way, for what is not told by itself.
    pub(super) fn parts<T>(&self, look: impl FnOnce(&mut Parts) -> T) -> Option<T> {
        self.teller().own_parts(look)
    }

    /// The same, whoever tells of it.
    pub(super) fn own_parts<T>(&self, look: impl FnOnce(&mut Parts) -> T) -> Option<T> {
        let telling = self.inner.telling.as_ref()?;
        Some(look(&mut telling.state().parts))
    }

    /// Waits until it is this one's turn to tell of a part, and makes the change that is to be told. `None` where nobody is
    /// to be told.
    ///
    /// What is driven by one of its own observers does not wait, and is told in the middle of what that is told.
    pub(super) fn turn<T>(
        &self,
        part: SpanId,
        change: impl FnOnce(&mut Parts) -> Option<T>,
    ) -> Option<(Turn<'_>, T)> {
        let telling = self.teller().inner.telling.as_ref()?;
        let mut held = telling.try_turn();
        if held.is_none() {
            let state = telling.state();
            if !state.parts.is_open(part) {
                // Nor will it be. Whoever is stopped need not wait for those who are told so.
                return None;
            }
            let is_own = state.teller == Some(thread::current().id());
            drop(state);
            held = (!is_own).then(|| telling.turn.lock().unwrap_or_else(PoisonError::into_inner));
        }
        let turn = Turn::begin(self, telling, held);
        let changed = turn.change(change)?;
        Some((turn, changed))
    }

    /// The same of what can be told later as well, which is what it comes to in an observer while it is somebody's turn.
    pub(super) fn tell_or_leave<F>(&self, part: SpanId, change: impl FnOnce(&mut Parts) -> Option<F>)
    where
        F: FnOnce(&Turn<'_>) + Send + 'static,
    {
        let Some(telling) = &self.teller().inner.telling else { return };
        if !IN_OBSERVER.get() {
            if let Some((turn, tell)) = self.turn(part, change) {
                tell(&turn);
            }
            return;
        }
        let mut state = telling.state();
        let held = telling.try_turn();
        if held.is_none() {
            if let Some(tell) = change(&mut state.parts) {
                let within = self.within();
                state.later.push_back(Box::new(move |turn| tell(&Turn { held: None, within, ..*turn })));
            }
            return;
        }
        drop(state);
        let turn = Turn::begin(self, telling, held);
        if let Some(tell) = turn.change(change) {
            tell(&turn);
        }
    }
}

impl<'a> Turn<'a> {
    fn begin(scope: &'a Scope, telling: &'a Telling, held: Option<MutexGuard<'a, ()>>) -> Self {
        if held.is_some() {
            telling.state().teller = Some(thread::current().id());
        }
        Self { scope: scope.teller(), telling, held, within: scope.within() }
    }

    /// After what was before it.
    fn change<T>(&self, change: impl FnOnce(&mut Parts) -> T) -> T {
        change(&mut self.caught_up().parts)
    }

    /// Tells what observers have brought about so far.
    fn caught_up(&self) -> MutexGuard<'a, State> {
        loop {
            let mut state = self.telling.state();
            let Some(tell) = state.later.pop_front() else { return state };
            drop(state);
            tell(self);
        }
    }

    /// Tells the tracing subscriber and the observers, whose panics are their own.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        let Inner { is_muted, attempt_of, .. } = &*self.scope.inner;
        // A run in another process is told of there.
        let is_told = attempt_of.is_none() && !is_muted.load(Ordering::Relaxed);
        if !is_told || self.within.is_some_and(|attempt| !is_within(event, attempt)) {
            return;
        }
        let was_in_observer = IN_OBSERVER.replace(true);
        let (scope, bare) = (self.scope, event.without_payload());
        scope.inner.traced.tell(scope.trace_id(), &scope.settings().exported, &bare);
        let shows = event.shows_payload();
        for observer in scope.observers() {
            let event = if shows && wants_payloads(&**observer) { event } else { &bare };
            // The panic hook has printed what it said.
            let _ = guarded(|| observer.observe(scope.trace_id(), event));
        }
        IN_OBSERVER.set(was_in_observer);
    }

    /// Tells of parts that have ended.
    pub(super) fn tell_ends(&self, ending: Ending, outcome: PartOutcome<'_>) {
        ending.tell(outcome, |agent| self.scope.tell(agent), |event| self.tell(event));
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.held.is_some() {
            let mut state = self.caught_up();
            state.teller = None;
            // Before anybody can leave something to it.
            self.held = None;
        }
    }
}

/// Whether it happens within an attempt, and is not said of it.
fn is_within(event: &Event<'_>, attempt: SpanId) -> bool {
    event.at().span != attempt
        || matches!(
            event,
            Event::Progress { .. } | Event::SignalWaits { .. } | Event::Handoff { is_tool_call: true, .. }
        )
}

pub(super) fn wants_payloads(observer: &dyn Observer) -> bool {
    guarded(|| observer.wants_payloads()).unwrap_or_default()
}
