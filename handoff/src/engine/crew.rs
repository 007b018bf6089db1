//! Tasks on tokio that report how they ended.
//!
//! As tokio's `JoinSet` does it, at less cost: tokio is given a boxed future without an output, so that its code is
//! compiled once and not for each type of output, and what has come of the tasks lies in a list, from which all that is
//! there is taken at once.

use pin_project_lite::pin_project;
use std::cell::Cell;
use std::future::Future;
use std::mem::swap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn};

/// Tasks that run. Dropping it aborts them.
pub(super) struct Crew<T> {
    desk: Arc<Desk<T>>,
    /// Tasks begin here and now: there is one thread for all, which would come to them next.
    begins_here: bool,
    /// A place for each that runs; those that are free are used again.
    handles: Vec<Option<JoinHandle<()>>>,
    free: Vec<usize>,
    running: usize,
    /// Reports that were taken from the desk and have not been heard yet, the latest first.
    taken: Vec<Report<T>>,
}

/// Where tasks report.
struct Desk<T> {
    state: Mutex<State<T>>,
    /// The room that there is for tasks, of which each that tokio was given has taken some.
    room: Arc<Semaphore>,
    /// What is to be heard of at once.
    is_urgent: fn(&T) -> bool,
}

struct State<T> {
    reports: Vec<Report<T>>,
    waker: Option<Waker>,
    /// So many reports are worth waking somebody, if none of them is urgent.
    wanted: usize,
}

/// What has come of a task.
struct Report<T> {
    place: usize,
    output: Result<T, Dropped>,
}

/// A task was dropped before its end.
#[derive(Debug)]
pub(super) struct Dropped;

impl<T> Desk<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, report: Report<T>) {
        let is_urgent = report.output.as_ref().map_or(true, self.is_urgent);
        let mut state = self.state();
        state.reports.push(report);
        let waker = if is_urgent || state.reports.len() >= state.wanted { state.waker.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

pin_project! {
    /// A task that reports. Not an `async` block, which would keep the task twice.
    struct Reporting<F: Future> {
        #[pin]
        task: Option<F>,
        // Not before it goes on elsewhere than where it began.
        reporter: Option<Reporter<F::Output>>,
    }
}

impl<F: Future> Reporting<F> {
    /// Polls the task. Nothing of it is left when its output is heard of.
    fn poll_task(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(task) = this.task.as_mut().as_pin_mut() else {
            // Unreachable: it is polled until it ends.
            return Poll::Pending;
        };
        task.poll(cx).map(|output| {
            this.task.set(None);
            output
        })
    }
}

impl<F: Future> Future for Reporting<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.as_mut().poll_task(cx).map(|output| {
            if let Some(reporter) = self.project().reporter {
                reporter.report(Ok(output));
            }
        })
    }
}

/// Reports, be it that the task is dropped. That comes after the task, all of which is gone then.
struct Reporter<T> {
    desk: Option<Arc<Desk<T>>>,
    place: usize,
    has_room: bool,
}

impl<T> Reporter<T> {
    fn report(&mut self, output: Result<T, Dropped>) {
        if let Some(desk) = self.desk.take() {
            if self.has_room {
                desk.room.add_permits(1);
            }
            desk.put(Report { place: self.place, output });
        }
    }
}

impl<T> Drop for Reporter<T> {
    fn drop(&mut self) {
        self.report(Err(Dropped));
    }
}

impl<T: Send + 'static> Crew<T> {
    /// Without tasks. An output that is urgent is heard of at once, others where so many are there that they
    /// are worth it.
    pub(super) fn new(is_urgent: fn(&T) -> bool, room: Arc<Semaphore>) -> Self {
        let state = Mutex::new(State { reports: Vec::new(), waker: None, wanted: 1 });
        let desk = Arc::new(Desk { state, room, is_urgent });
        let begins_here =
            Handle::try_current().is_ok_and(|tokio| tokio.runtime_flavor() == RuntimeFlavor::CurrentThread);
        Self { desk, begins_here, handles: Vec::new(), free: Vec::new(), running: 0, taken: Vec::new() }
    }

    /// Whether tasks may end where they are started.
    pub(super) fn begins_here(&self) -> bool {
        self.begins_here
    }

    /// How many run, as far as has been heard.
    pub(super) fn len(&self) -> usize {
        self.running
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running == 0
    }

    /// Starts a task. One that [begins here](Self::begins_here) is polled once, and tokio is given it only if that was not
    /// its end; else its output is returned. Its permit, if it `has_room`, goes with what tokio is given, and is free again
    /// before that is heard of.
    pub(super) fn start(
        &mut self,
        task: impl Future<Output = T> + Send + 'static,
        has_room: bool,
    ) -> Option<T> {
        let mut task = Box::pin(Reporting { task: Some(task), reporter: None });
        // Nobody need be woken: tokio polls whatever it is given.
        let mut cx = Context::from_waker(Waker::noop());
        if self.begins_here
            && let Some(_level) = Level::deeper()
            && let Poll::Ready(output) = task.as_mut().poll_task(&mut cx)
        {
            return Some(output);
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.handles.push(None);
            self.handles.len() - 1
        });
        *task.as_mut().project().reporter =
            Some(Reporter { desk: Some(Arc::clone(&self.desk)), place, has_room });
        self.running += 1;
        let task: Pin<Box<dyn Future<Output = ()> + Send>> = task;
        self.handles[place] = Some(spawn(task));
        None
    }

    /// Stops what runs. Each still reports.
    pub(super) fn abort_all(&self) {
        self.handles.iter().flatten().for_each(JoinHandle::abort);
    }

    /// What has come of a task that has reported, if one has.
    pub(super) fn try_next(&mut self) -> Option<Result<T, Dropped>> {
        if self.taken.is_empty() && self.running > 0 {
            take(&mut self.desk.state(), &mut self.taken);
        }
        self.hear()
    }

    /// The same, once so many tasks have reported, or one with something urgent; `Ready(None)` where none runs.
    pub(super) fn poll_next(
        &mut self,
        wanted: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Dropped>>> {
        if self.taken.is_empty() {
            if self.running == 0 {
                return Poll::Ready(None);
            }
            let mut state = self.desk.state();
            if state.reports.is_empty() {
                state.wanted = wanted;
                match &mut state.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    waker => *waker = Some(cx.waker().clone()),
                }
                return Poll::Pending;
            }
            take(&mut state, &mut self.taken);
        }
        Poll::Ready(self.hear())
    }

    fn hear(&mut self) -> Option<Result<T, Dropped>> {
        let Report { place, output } = self.taken.pop()?;
        self.running -= 1;
        self.handles[place] = None;
        self.free.push(place);
        Some(output)
    }
}

/// Tasks that begin in place in one another: each takes its part of the stack, and agents may start runs that start runs.
struct Level;

impl Level {
    const DEEPEST: u8 = 4;

    /// `None` where it is deep enough.
    fn deeper() -> Option<Self> {
        let levels = LEVELS.get();
        (levels < Self::DEEPEST).then(|| {
            LEVELS.set(levels + 1);
            Self
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get().saturating_sub(1));
    }
}

thread_local! {
    static LEVELS: Cell<u8> = const { Cell::new(0) };
}

/// Takes all reports from the desk.
fn take<T>(state: &mut State<T>, taken: &mut Vec<Report<T>>) {
    swap(&mut state.reports, taken);
    taken.reverse();
}

impl<T> Drop for Crew<T> {
    fn drop(&mut self) {
        self.handles.iter().flatten().for_each(JoinHandle::abort);
    }
}
