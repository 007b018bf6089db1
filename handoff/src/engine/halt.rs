//! How a run is ended by something other than itself.

use crate::agent::AgentId;
use crate::envelope::{Warning, Warnings};
use crate::error::{CancelledBy, DeadlineOf, ErrorKind, Limit};
use crate::task_path::TaskPath;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Whether a run has been ended from outside, and why. The first reason is the one.
#[derive(Debug)]
pub(super) struct Halt {
    reason: OnceLock<Reason>,
    /// Has no permits; closed when the run is halted, and when it is over.
    over: Semaphore,
    /// The runs that its agents have started, once there is one.
    inner: OnceLock<Dependents>,
    /// What was dropped under way because of it.
    interrupted: Mutex<Vec<Interrupted>>,
}

/// Why a run is not to go on.
#[derive(Clone, Debug)]
pub(super) enum Reason {
    Cancelled(CancelledBy),
    Deadline(Duration),
    /// The agent's reply, or its call, in that task of a fan-out, was one too many.
    Limit {
        limit: Limit,
        agent: &'static AgentId,
        task: Option<TaskPath>,
        allowed: u64,
        found: u64,
    },
}

impl Reason {
    /// Whether this is why something says that it has failed.
    pub(super) fn is(&self, kind: &ErrorKind) -> bool {
        match (self, kind) {
            (Self::Cancelled(by), ErrorKind::Cancelled { by: said }) => by == said,
            (Self::Deadline(_), ErrorKind::Deadline { whose, .. }) => *whose == DeadlineOf::Run,
            (Self::Limit { limit, .. }, ErrorKind::LimitExceeded { limit: said, .. }) => limit == said,
            _ => false,
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match *self {
            Self::Cancelled(by) => ErrorKind::Cancelled { by },
            Self::Deadline(after) => ErrorKind::Deadline { whose: DeadlineOf::Run, after },
            Self::Limit { limit, allowed, found, .. } => ErrorKind::LimitExceeded { limit, allowed, found },
        }
    }
}

/// A call of an agent that was dropped before its end.
#[derive(Debug)]
pub(super) struct Interrupted {
    pub(super) agent: &'static AgentId,
    pub(super) task: Option<TaskPath>,
    pub(super) noticed: Warnings,
}

impl Interrupted {
    /// What had been noticed in it, and where.
    pub(super) fn warnings(self) -> impl Iterator<Item = Warning> {
        let Self { agent: _, task, noticed } = self;
        noticed.into_iter().map(move |mut warning| {
            if let Some(task) = &task {
                warning.set_task(task, None);
            }
            warning
        })
    }
}

impl Default for Halt {
    fn default() -> Self {
        Self::new()
    }
}

impl Halt {
    pub(super) fn new() -> Self {
        Self {
            reason: OnceLock::new(),
            over: Semaphore::new(0),
            inner: OnceLock::new(),
            interrupted: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn halt(&self, reason: Reason) {
        // Another one was there before.
        let _ = self.reason.set(reason);
        self.end();
    }

    #[inline]
    pub(super) fn reason(&self) -> Option<&Reason> {
        self.reason.get()
    }

    /// The run is over, however it ended.
    pub(super) fn end(&self) {
        // Said more than once: by the run when it is done, and when it is dropped.
        if !self.is_over() {
            self.over.close();
        }
        if let Some(inner) = self.inner.get() {
            inner.end();
        }
    }

    /// Whatever ends the run, ends that one too.
    pub(super) fn takes_along(&self, halt: &Arc<Self>) {
        let inner = self.inner.get_or_init(Dependents::default);
        inner.add(halt);
        if self.is_over() {
            inner.end();
        }
    }

    /// Whether an agent of the run has started another.
    pub(super) fn has_inner(&self) -> bool {
        self.inner.get().is_some()
    }

    #[inline]
    pub(super) fn is_over(&self) -> bool {
        self.over.is_closed()
    }

    /// Resolves when the run is halted, or over.
    pub(super) async fn over(&self) {
        // An error: it is closed. There is never a permit.
        let _ = self.over.acquire().await;
    }

    pub(super) fn interrupted(&self, call: Interrupted) {
        self.interrupted.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }

    /// What was dropped so far, in the order of the tasks.
    pub(super) fn take_interrupted(&self) -> Vec<Interrupted> {
        let mut calls = std::mem::take(&mut *self.interrupted.lock().unwrap_or_else(PoisonError::into_inner));
        calls.sort_by(|one, other| one.task.cmp(&other.task));
        calls
    }
}

/// Runs that end with something else.
#[derive(Debug, Default)]
pub(super) struct Dependents {
    state: Mutex<DependentState>,
}

#[derive(Debug, Default)]
struct DependentState {
    /// It has ended.
    over: bool,
    runs: Vec<Weak<Halt>>,
}

impl Dependents {
    /// The run ends with it, at the latest.
    pub(super) fn add(&self, run: &Arc<Halt>) {
        let mut state = self.state();
        if state.over {
            drop(state);
            run.halt(Reason::Cancelled(CancelledBy::Outer));
            return;
        }
        if state.runs.len() == state.runs.capacity() {
            // It may start a million of them, one after the other.
            state.runs.retain(|run| run.strong_count() > 0);
        }
        state.runs.push(Arc::downgrade(run));
    }

    pub(super) fn end(&self) {
        let runs = {
            let mut state = self.state();
            state.over = true;
            std::mem::take(&mut state.runs)
        };
        for run in runs.iter().filter_map(Weak::upgrade) {
            run.halt(Reason::Cancelled(CancelledBy::Outer));
        }
    }

    fn state(&self) -> MutexGuard<'_, DependentState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle that cancels a run from anywhere: another task, another thread, an agent of the run.
///
/// It is returned by [`Run::cancel_handle`](crate::Run::cancel_handle), and is cheap to clone.
///
/// ```
/// use handoff::prelude::*;
///
/// #[agent]
/// async fn wait(_forever: ()) {
///     std::future::pending::<()>().await;
/// }
///
/// pipeline! { pub waiting(()) -> () { wait } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let runtime = Runtime::default();
/// let run = runtime.run(waiting, ());
/// let handle = run.cancel_handle();
/// tokio::spawn(async move { handle.cancel() });
/// let error = run.await.unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }));
/// assert_eq!(error.agent(), "wait");
/// # }
/// ```
#[derive(Clone)]
pub struct CancelHandle {
    halt: Arc<Halt>,
}

impl CancelHandle {
    pub(super) fn of(halt: &Arc<Halt>) -> Self {
        Self { halt: Arc::clone(halt) }
    }

    /// Cancels the run. Returns at once.
    ///
    /// The run's future resolves to [`ErrorKind::Cancelled`] when everything under way has been stopped, for
    /// which it waits at most a second. A run that has not been polled yet will start nothing; one that has
    /// ended, or is ending for another reason, is not affected. Calling it again has no effect.
    pub fn cancel(&self) {
        self.halt.halt(Reason::Cancelled(CancelledBy::Handle));
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelHandle").field("over", &self.halt.is_over()).finish_non_exhaustive()
    }
}
