//! The signals of a runtime that wait, and those that have lately.

use super::door::{Answer, Door};
use super::{AnswerError, PendingSignal, SignalId};
use crate::trace::TraceId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// How many signals that are over are known as such. Of one that is longer over, nothing is known.
const MOST_KNOWN: usize = 1024;

/// Where signals wait, and answers are given. Empty, it takes no memory.
#[derive(Default)]
pub(in crate::engine) struct Signals {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many have waited.
    count: u64,
    waiting: HashMap<SignalId, Seat>,
    /// The latest last.
    over: VecDeque<(SignalId, Over)>,
}

/// A signal that waits.
struct Seat {
    /// How many were there before it.
    number: u64,
    signal: PendingSignal,
    door: Arc<Door>,
    answer: oneshot::Sender<Answer>,
}

/// How a signal has come to wait no more.
#[derive(Clone, Copy, PartialEq)]
enum Over {
    Answered,
    Ended,
}

impl Signals {
    /// A signal waits, until what is returned is dropped, or its answer is there.
    #[inline]
    pub(super) fn wait(&self, signal: PendingSignal, door: Door) -> (oneshot::Receiver<Answer>, Waiting<'_>) {
        let (answer, receiver) = oneshot::channel();
        let (id, door) = (signal.id(), Arc::new(door));
        let mut state = self.state();
        let number = state.count;
        state.count += 1;
        state.waiting.insert(id, Seat { number, signal, door, answer });
        (receiver, Waiting { signals: self, id, number })
    }

    /// All that wait, in the order in which they came.
    #[inline]
    pub(super) fn list(&self) -> Vec<PendingSignal> {
        let state = self.state();
        let mut waiting: Vec<_> =
            state.waiting.values().map(|seat| (seat.number, seat.signal.clone())).collect();
        drop(state);
        waiting.sort_unstable_by_key(|(number, _)| *number);
        waiting.into_iter().map(|(_, signal)| signal).collect()
    }

    /// Those of this run that wait.
    #[inline]
    pub(in crate::engine) fn of(&self, run: TraceId) -> Vec<SignalId> {
        self.state().waiting.keys().filter(|id| id.trace_id() == run).copied().collect()
    }

    /// Answers one that waits.
    #[inline]
    pub(in crate::engine) fn answer_json(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        let (_, door) = self.find(id)?;
        let answer = door.read(answer).map_err(|kind| AnswerError::Refused(Box::new(kind)))?;
        self.give(id, answer)
    }

    /// One that waits, and what its answer is held to.
    #[inline]
    pub(super) fn find(&self, id: SignalId) -> Result<(PendingSignal, Arc<Door>), AnswerError> {
        let state = self.state();
        match state.waiting.get(&id) {
            Some(seat) => Ok((seat.signal.clone(), Arc::clone(&seat.door))),
            None => Err(state.is_over(id)),
        }
    }

    /// Gives an answer that the door lets in. Of several at once, the first is taken.
    #[inline]
    pub(super) fn give(&self, id: SignalId, answer: Answer) -> Result<(), AnswerError> {
        let mut state = self.state();
        let Some(seat) = state.waiting.remove(&id) else { return Err(state.is_over(id)) };
        // Under the lock, so that nobody sees it answered whose answer nobody takes.
        let given = seat.answer.send(answer);
        state.note(id, if given.is_ok() { Over::Answered } else { Over::Ended });
        drop(state);
        // Dropped without the lock: an answer is of a type of the user's.
        given.map_err(|_| AnswerError::Ended(id))
    }

    #[inline]
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    #[inline]
    fn note(&mut self, id: SignalId, over: Over) {
        if self.over.len() == MOST_KNOWN {
            self.over.pop_front();
        }
        self.over.push_back((id, over));
    }

    /// Why it cannot be answered, where it does not wait.
    #[inline]
    fn is_over(&self, id: SignalId) -> AnswerError {
        match self.over.iter().rev().find(|(known, _)| *known == id) {
            Some((_, Over::Answered)) => AnswerError::Answered(id),
            Some((_, Over::Ended)) => AnswerError::Ended(id),
            None => AnswerError::Unknown(id),
        }
    }
}

/// Held while a signal waits.
pub(super) struct Waiting<'a> {
    signals: &'a Signals,
    id: SignalId,
    number: u64,
}

impl Drop for Waiting<'_> {
    #[inline]
    fn drop(&mut self) {
        let mut state = self.signals.state();
        // One of the same id may have come after it, where a run is gone through again.
        if state.waiting.get(&self.id).is_some_and(|seat| seat.number == self.number) {
            let seat = state.waiting.remove(&self.id);
            state.note(self.id, Over::Ended);
            drop(state);
            drop(seat);
        }
    }
}
