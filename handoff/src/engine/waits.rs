//! Time that an attempt spends waiting for its turn, which its timeouts are not about.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long an attempt has waited so far. What overlaps counts once.
#[derive(Debug, Default)]
pub(super) struct Waits {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    /// When the first of those under way began.
    since: Option<Instant>,
    /// What is over.
    total: Duration,
}

impl Waits {
    /// Waits until what it returns is dropped.
    pub(super) fn begin(&self) -> Waiting<'_> {
        let mut state = self.state();
        state.under_way += 1;
        state.since.get_or_insert_with(Instant::now);
        Waiting(self)
    }

    /// Whether it waits now.
    pub(super) fn is_waiting(&self) -> bool {
        self.state().since.is_some()
    }

    pub(super) fn so_far(&self) -> Duration {
        let State { since, total, .. } = *self.state();
        since.map_or(total, |since| total.saturating_add(since.elapsed()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wait that is under way.
pub(super) struct Waiting<'a>(&'a Waits);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.under_way -= 1;
        if state.under_way == 0
            && let Some(since) = state.since.take()
        {
            state.total = state.total.saturating_add(since.elapsed());
        }
    }
}
