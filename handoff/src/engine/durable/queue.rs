//! What the parts of a run ask of its driver, in the order in which they do.

use super::{Call, JournalError, Outcome, Ticket, Timer};
use crate::agent::AgentId;
use crate::error::PipelineError;
use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Something that is asked of the journal.
pub(super) enum Request {
    Call(Ticket, Box<Call>),
    Sleep(Ticket, Timer),
    Cancel(Ticket),
}

/// Shared by the parts of a run and its driver, which polls them on one thread.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    /// What has been asked for and has not been answered.
    slots: BTreeMap<Ticket, Slot>,
    next: Ticket,
    /// Tasks that are under way.
    in_flight: usize,
    /// Who waits for room for one more.
    waiting: Vec<Waker>,
    /// What keeps the run from going on here, and is none of its own failures.
    trouble: Option<PipelineError>,
    /// The agent whose attempt has ended last, and who reads what it has made.
    last: Option<Ends>,
}

/// Who is called, and who reads what comes of it.
type Ends = (&'static AgentId, &'static AgentId);

/// What has come of a request.
#[derive(Default)]
struct Slot {
    /// Of a call.
    ends: Option<Ends>,
    waker: Option<Waker>,
    outcome: Option<Outcome>,
}

impl Queue {
    #[inline]
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn ask(self: &Arc<Self>, ends: Option<Ends>, request: impl FnOnce(Ticket) -> Request) -> Awaited {
        let mut state = self.state();
        let ticket = state.next;
        state.next += 1;
        state.slots.insert(ticket, Slot { ends, ..Slot::default() });
        state.requests.push(request(ticket));
        Awaited { queue: Arc::clone(self), ticket }
    }

    #[inline]
    pub(super) fn call(self: &Arc<Self>, call: Box<Call>) -> Awaited {
        self.ask(Some((call.agent, call.to.id)), |ticket| Request::Call(ticket, call))
    }

    #[inline]
    pub(super) fn sleep(self: &Arc<Self>, place: String, after: Duration) -> Awaited {
        self.ask(None, |ticket| Request::Sleep(ticket, Timer { place, after }))
    }

    /// What has been asked for since the last call.
    #[inline]
    pub(super) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.state().requests)
    }

    /// How much is waited for.
    #[inline]
    pub(super) fn waits(&self) -> usize {
        self.state().slots.len()
    }

    /// A request has come to its end.
    #[inline]
    pub(super) fn answer(&self, ticket: Ticket, outcome: Outcome) {
        let mut state = self.state();
        let Some(slot) = state.slots.get_mut(&ticket) else { return };
        slot.outcome = Some(outcome);
        let (waker, ends) = (slot.waker.take(), slot.ends);
        state.last = ends.or(state.last);
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// That a stage waits and has asked for nothing, in a pipeline that begins with this agent.
    #[cold]
    pub(super) fn not_durable(&self, entry: &AgentId) -> JournalError {
        let (after, reader) = match self.state().last {
            Some((agent, reader)) => (Some(agent.name.to_string()), reader),
            None => (None, entry),
        };
        let reader = Some(reader.name.to_string()).filter(|name| !name.is_empty());
        JournalError::NotDurable { after, reader }
    }

    /// Keeps the run from going on here. No barrier is to tolerate it, and no `or` to make it good: whoever drives the run
    /// takes it from here.
    #[inline]
    pub(super) async fn give_up<T>(&self, error: PipelineError) -> T {
        self.state().trouble.get_or_insert(error);
        pending().await
    }

    #[inline]
    pub(super) fn take_trouble(&self) -> Option<PipelineError> {
        self.state().trouble.take()
    }

    /// A task begins, if there is room for it among so many. If not, this says when there is.
    #[inline]
    pub(super) fn begin_task(&self, most: usize, room: &Waker) -> bool {
        let mut state = self.state();
        let begins = state.in_flight < most;
        if begins {
            state.in_flight += 1;
        } else if !state.waiting.iter().any(|waiting| waiting.will_wake(room)) {
            state.waiting.push(room.clone());
        }
        begins
    }

    /// A task begins, whether or not there is room.
    #[inline]
    pub(super) fn begin_task_anyway(&self) {
        self.state().in_flight += 1;
    }

    #[inline]
    pub(super) fn end_tasks(&self, tasks: usize) {
        let mut state = self.state();
        state.in_flight = state.in_flight.saturating_sub(tasks);
        let waiting = if tasks > 0 { std::mem::take(&mut state.waiting) } else { Vec::new() };
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Something that is asked for. Dropped before its end, it is given up.
pub(super) struct Awaited {
    queue: Arc<Queue>,
    ticket: Ticket,
}

impl Future for Awaited {
    type Output = Outcome;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let mut state = self.queue.state();
        let Some(slot) = state.slots.get_mut(&self.ticket) else { return Poll::Pending };
        if let Some(outcome) = slot.outcome.take() {
            state.slots.remove(&self.ticket);
            return Poll::Ready(outcome);
        }
        slot.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Awaited {
    #[inline]
    fn drop(&mut self) {
        let mut state = self.queue.state();
        let Some(slot) = state.slots.remove(&self.ticket) else { return };
        if slot.outcome.is_some() {
            return;
        }
        let mine = |request: &Request| match request {
            Request::Call(ticket, _) | Request::Sleep(ticket, _) => *ticket == self.ticket,
            Request::Cancel(_) => false,
        };
        match state.requests.iter().position(mine) {
            // Nobody has heard of it yet.
            Some(waiting) => {
                let request = state.requests.remove(waiting);
                drop(state);
                drop(request);
            }
            None => state.requests.push(Request::Cancel(self.ticket)),
        }
    }
}
