//! Runs that agents start: each is a part of the run whose agent starts it.
//!
//! Whoever polls a run, or a task of it, says so on the thread for as long as that takes. A run that is made
//! meanwhile by an agent finds out in this way what it is a part of. It costs those nothing who start none.

use super::halt::{Dependents, Halt};
use super::scope::Scope;
use super::surroundings::Surroundings;
use super::task_guard::{TaskGuard, WeakTaskGuard};
use crate::task_path::TaskPath;
use crate::trace::{SpanId, TraceParent};
use pin_project_lite::pin_project;
use std::any::TypeId;
use std::cell::RefCell;
use std::future::Future;
use std::mem::swap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

thread_local! {
    static HERE: RefCell<Option<Here>> = const { RefCell::new(None) };
}

/// A run, or a task of it, that is polled.
#[derive(Debug)]
pub(super) struct Here {
    guard: TaskGuard,
    task: Option<TaskPath>,
    /// The attempt that is under way in it, and what its agent is.
    attempt: Option<(SpanId, TypeId)>,
    /// Runs that the attempt has started, once there is one.
    started: Option<Arc<Dependents>>,
    surroundings: Option<Surroundings>,
}

impl Here {
    pub(super) fn new(guard: TaskGuard, task: Option<TaskPath>) -> Self {
        let surroundings = guard.scope().surroundings().cloned();
        Self { guard, task, attempt: None, started: None, surroundings }
    }

    /// The thread on which an attempt blocks. What it starts ends with `started`.
    pub(super) fn on_a_thread(
        guard: TaskGuard,
        task: Option<TaskPath>,
        attempt: (SpanId, TypeId),
        started: &Arc<Dependents>,
    ) -> Self {
        let (attempt, started) = (Some(attempt), Some(Arc::clone(started)));
        Self { attempt, started, ..Self::new(guard, task) }
    }

    pub(super) fn guard(&self) -> &TaskGuard {
        &self.guard
    }
}

/// What is here.
fn with_here<T>(f: impl FnOnce(&mut Option<Here>) -> T) -> Option<T> {
    // Not where the thread is about to end, and its values are gone.
    HERE.try_with(|here| f(&mut here.borrow_mut())).ok()
}

/// Calls `f` there, with what the caller has put around the run.
pub(super) fn inside<T>(here: &mut Option<Here>, f: impl FnOnce() -> T) -> T {
    struct Swapped<'a>(&'a mut Option<Here>);

    impl Drop for Swapped<'_> {
        fn drop(&mut self) {
            with_here(|here| swap(here, self.0));
        }
    }

    let surroundings = here.as_ref().and_then(|here| here.surroundings.clone());
    with_here(|now| swap(now, here));
    let _back = Swapped(here);
    match surroundings {
        Some(surroundings) => surroundings.around(f),
        None => f(),
    }
}

pin_project! {
    /// See [`placed`].
    pub(super) struct Placed<F> {
        here: Option<Here>,
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Placed<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                inside(this.here, || this.future.set(None));
            }
        }
    }
}

impl<F: Future> Future for Placed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        inside(this.here, || {
            // Unreachable otherwise: it is there until it has ended.
            let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
            future.poll(cx).map(|output| {
                this.future.set(None);
                output
            })
        })
    }
}

/// A future that is polled there, and dropped. Not an `async` block, which would keep it twice.
pub(super) fn placed<F: Future>(here: Here, future: F) -> Placed<F> {
    Placed { here: Some(here), future: Some(future) }
}

/// An attempt begins here.
pub(super) fn begin(attempt: SpanId, agent: TypeId) {
    with_here(|here| {
        if let Some(here) = here {
            here.attempt = Some((attempt, agent));
        }
    });
}

/// It is over, and its agent has returned: what it has started and not waited for goes on, until the end of the run.
pub(super) fn has_returned() {
    take_started();
}

/// It is over, and so is what it has started.
pub(super) fn end() {
    if let Some(started) = take_started() {
        started.end();
    }
}

/// The attempt is no more under way. What it has started, if it has started anything.
fn take_started() -> Option<Arc<Dependents>> {
    let started = with_here(|here| {
        here.as_mut().and_then(|here| {
            here.attempt = None;
            here.started.take()
        })
    });
    started.flatten()
}

/// What a run is part of, once it is under way.
pub(super) struct Within {
    pub(super) scope: Scope,
    /// The agent that has started it.
    pub(super) agent: TypeId,
}

/// The attempt that a run is started by.
#[derive(Clone, Debug)]
pub(super) struct Outer {
    guard: WeakTaskGuard,
    task: Option<TaskPath>,
    /// What its agent is.
    agent: TypeId,
    started: Arc<Dependents>,
    /// The attempt, in its trace.
    pub(super) trace: TraceParent,
}

impl Outer {
    pub(super) fn new(
        guard: WeakTaskGuard,
        scope: &Scope,
        (attempt, agent): (SpanId, TypeId),
        started: Arc<Dependents>,
    ) -> Self {
        Self { guard, task: scope.task_path().cloned(), agent, started, trace: scope.traceparent(attempt) }
    }

    /// The one that is polled on this thread, if one is.
    pub(super) fn find() -> Option<Self> {
        with_here(|here| {
            let Here { guard, task, attempt, started, surroundings: _ } = here.as_mut()?;
            let (attempt, agent) = (*attempt)?;
            let started = Arc::clone(started.get_or_insert_default());
            let trace = guard.scope().traceparent(attempt);
            Some(Self { guard: guard.downgrade(), task: task.clone(), agent, started, trace })
        })
        .flatten()
    }

    /// A run begins as part of it, and ends with it. `None` where nothing of that is left.
    pub(super) fn enter(&self, halt: &Arc<Halt>) -> Option<(Within, TaskGuard)> {
        let guard = self.guard.upgrade()?;
        let scope = guard.scope().at(self.task.clone());
        self.started.add(halt);
        scope.takes_along(halt);
        Some((Within { scope, agent: self.agent }, guard))
    }
}
