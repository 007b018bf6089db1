//! What is under way in a run, and whether it is still wanted.

use super::scope::Scope;
use crate::error::Record;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Held by a run, by every task of its fan-outs and by what these have put on other threads, for as
/// long as it lives: aborting a task drops what it started, but does not wait for it.
///
/// It knows whether what holds it is [still wanted](Self::is_over), on whatever thread that is asked.
#[derive(Clone, Debug)]
pub(super) struct TaskGuard {
    held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    /// Told with the last clone; taken then.
    gone: Option<oneshot::Sender<Vec<Record>>>,
    /// What tasks that were stopped had come to on their way.
    left: Mutex<Vec<Record>>,
    above: Above,
    over: AtomicBool,
    /// When the fan-out ends, whatever its tasks do.
    until: Option<Instant>,
}

#[derive(Debug)]
enum Above {
    /// Nothing but the run; and where that is started by an agent, what that is part of.
    Run(Scope, Option<TaskGuard>),
    /// The fan-out in whose task this one is.
    FanOut(TaskGuard),
}

/// Resolves when no [`TaskGuard`] is left, to what the tasks that were stopped had come to on their way.
pub(super) type AllGone = oneshot::Receiver<Vec<Record>>;

impl Drop for Held {
    fn drop(&mut self) {
        let left = std::mem::take(self.left.get_mut().unwrap_or_else(PoisonError::into_inner));
        let Some(Err(left)) = self.gone.take().map(|gone| gone.send(left)) else {
            return;
        };
        // Whoever would have waited has been stopped as well.
        if let Above::FanOut(above) = &self.above {
            above.leave(left);
        }
    }
}

impl TaskGuard {
    /// That of a run, which may be part of another.
    pub(super) fn of_run(scope: Scope, outer: Option<TaskGuard>) -> (Self, AllGone) {
        Self::new(Above::Run(scope, outer), None)
    }

    /// That of a fan-out, which may have a deadline.
    pub(super) fn below(&self, until: Option<Instant>) -> (Self, AllGone) {
        Self::new(Above::FanOut(self.clone()), until)
    }

    fn new(above: Above, until: Option<Instant>) -> (Self, AllGone) {
        let (sender, gone) = oneshot::channel();
        let (left, over) = (Mutex::default(), AtomicBool::new(false));
        let held = Held { gone: Some(sender), left, above, over, until };
        (Self { held: Arc::new(held) }, gone)
    }

    /// What a task that is stopped has come to on its way is left to whoever stops it.
    pub(super) fn leave(&self, mut records: Vec<Record>) {
        if !records.is_empty() {
            self.held.left.lock().unwrap_or_else(PoisonError::into_inner).append(&mut records);
        }
    }

    /// The fan-out is being stopped: its tasks will be dropped, each when the thread that drives it comes to it.
    pub(super) fn end(&self) {
        self.held.over.store(true, Ordering::Release);
    }

    /// Whether the fan-out, one that it is in, or the run has ended: by a word of somebody's, or by the clock though
    /// nobody has had the time to look at it.
    #[inline]
    pub(super) fn is_over(&self) -> bool {
        let mut guard = self;
        loop {
            let Held { over, until, above, .. } = &*guard.held;
            if over.load(Ordering::Acquire) || has_passed(*until) {
                return true;
            }
            match above {
                Above::Run(scope, _) if scope.is_over() => return true,
                Above::Run(_, None) => return false,
                Above::Run(_, Some(above)) | Above::FanOut(above) => guard = above,
            }
        }
    }

    /// The run, seen from none of its tasks.
    pub(super) fn scope(&self) -> &Scope {
        let mut guard = self;
        loop {
            match &guard.held.above {
                Above::Run(scope, _) => return scope,
                Above::FanOut(above) => guard = above,
            }
        }
    }

    /// One that holds nothing.
    pub(super) fn downgrade(&self) -> WeakTaskGuard {
        WeakTaskGuard { held: Arc::downgrade(&self.held) }
    }
}

/// Of a [`TaskGuard`], what may be kept for longer.
#[derive(Clone, Debug)]
pub(super) struct WeakTaskGuard {
    held: Weak<Held>,
}

impl WeakTaskGuard {
    /// `None` once nothing of the run, or of the fan-out, is under way.
    pub(super) fn upgrade(&self) -> Option<TaskGuard> {
        self.held.upgrade().map(|held| TaskGuard { held })
    }
}

/// Whether it is that late; a time that has just come has passed.
#[inline]
pub(super) fn has_passed(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}
