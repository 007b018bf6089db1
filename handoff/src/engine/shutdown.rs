//! Which runs of a runtime are under way, and how all of them are brought to an end.

use super::clock::{inside, wait_at_most};
use super::fan_out::GRACE;
use super::halt::{Halt, Reason};
use crate::error::{CancelledBy, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// The number of runs that a [`Runtime::shutdown`](crate::Runtime::shutdown) found under way, by how they
/// ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shutdown {
    /// The runs that ended by themselves within the grace, with a result or an error, or were dropped.
    pub ended: usize,
    /// The runs that were cancelled after the grace, and have ended.
    pub cancelled: usize,
    /// The runs that were cancelled, and had not ended a moment later.
    ///
    /// Nobody polls their future, or something in them blocks its thread.
    pub left: usize,
}

/// The runs of a runtime that are under way.
#[derive(Debug)]
pub(super) struct Runs {
    state: Mutex<State>,
    /// Has no permits; closed when the runtime is closed and no run is left.
    quiet: Semaphore,
    /// Whether there is a grace at all.
    has_grace: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    /// A run keeps its place until it ends.
    under_way: Vec<Option<Arc<Halt>>>,
    /// The places in `under_way` that nobody has.
    free: Vec<usize>,
    ended: usize,
    cancelled: usize,
    /// When the graces of the shutdowns under way are over.
    graces: Vec<Instant>,
}

/// Held by a shutdown while it waits.
struct Grace<'a> {
    runs: &'a Runs,
    until: Instant,
}

impl Drop for Grace<'_> {
    fn drop(&mut self) {
        let graces = &mut self.runs.state().graces;
        if let Some(place) = graces.iter().position(|until| *until == self.until) {
            graces.swap_remove(place);
        }
    }
}

impl State {
    fn under_way(&self) -> usize {
        self.under_way.len() - self.free.len()
    }
}

/// Held by a run for as long as it is under way.
#[derive(Debug)]
pub(super) struct Entered {
    runs: Arc<Runs>,
    place: usize,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.runs.leave(self.place);
    }
}

impl Runs {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), quiet: Semaphore::new(0), has_grace: AtomicBool::new(false) }
    }

    /// A run starts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ShuttingDown`].
    pub(super) fn enter(self: &Arc<Self>, halt: &Arc<Halt>) -> Result<Entered, ErrorKind> {
        let mut state = self.state();
        if state.closed {
            return Err(ErrorKind::ShuttingDown);
        }
        let halt = Some(Arc::clone(halt));
        let place = if let Some(place) = state.free.pop() {
            state.under_way[place] = halt;
            place
        } else {
            state.under_way.push(halt);
            state.under_way.len() - 1
        };
        Ok(Entered { runs: Arc::clone(self), place })
    }

    /// Whether new runs are refused.
    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    fn leave(&self, place: usize) {
        let mut state = self.state();
        let halt = state.under_way[place].take();
        state.free.push(place);
        if !state.closed {
            return;
        }
        match halt.as_deref().and_then(Halt::reason) {
            Some(Reason::Cancelled(CancelledBy::Shutdown)) => state.cancelled += 1,
            _ => state.ended += 1,
        }
        if state.under_way() == 0 {
            self.quiet.close();
        }
    }

    /// See [`Runtime::shutdown`](crate::Runtime::shutdown). Without tokio's clock there is no waiting.
    pub(super) async fn shut_down(&self, grace: Duration, tokio: Option<Handle>) -> Shutdown {
        self.close();
        if let Some(tokio) = &tokio {
            let _grace = self.grace(grace);
            inside(tokio.clone(), self.quiet_within(grace)).await;
        }
        self.cancel();
        if let Some(tokio) = tokio {
            // A run that is cancelled waits a grace for what is below it, and then ends.
            inside(tokio, self.quiet_within(GRACE * 2)).await;
        }
        let state = self.state();
        Shutdown { ended: state.ended, cancelled: state.cancelled, left: state.under_way() }
    }

    /// Whether the grace of a shutdown is over, by the clock though nobody has had the time to look at it.
    #[inline]
    pub(super) fn are_out_of_time(&self) -> bool {
        self.has_grace.load(Ordering::Acquire) && self.is_grace_over()
    }

    fn is_grace_over(&self) -> bool {
        let now = Instant::now();
        self.state().graces.iter().any(|until| *until <= now)
    }

    /// `None` where it lasts beyond the end of all clocks.
    fn grace(&self, grace: Duration) -> Option<Grace<'_>> {
        let until = Instant::now().checked_add(grace)?;
        self.state().graces.push(until);
        self.has_grace.store(true, Ordering::Release);
        Some(Grace { runs: self, until })
    }

    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        if state.under_way() == 0 {
            self.quiet.close();
        }
    }

    fn cancel(&self) {
        // Woken runs come back here when they end.
        let halts: Vec<_> = self.state().under_way.iter().flatten().map(Arc::clone).collect();
        for halt in halts {
            halt.halt(Reason::Cancelled(CancelledBy::Shutdown));
        }
    }

    async fn quiet_within(&self, time: Duration) {
        // Never a permit: ready means closed.
        let _ = wait_at_most(time, self.quiet.acquire()).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
