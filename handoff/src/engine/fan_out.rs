//! A fan-out on tokio.

use super::clock::pause;
use super::crew::{Crew, Dropped};
use super::nesting::{Here, placed};
use super::task_guard::{AllGone, TaskGuard};
use super::tasks::{Task, Tasks};
use super::tokio::TokioEngine;
use super::trace::Span;
use super::{Drive, Engine as _, Keeper};
use crate::agent::AgentId;
use crate::barrier::{Barrier, Ended, Status};
use crate::panics::guarded;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit};
use tokio::task::coop::consume_budget;
use tokio::time::Instant;

/// How long the tasks that a barrier stops may take to stop, before the run goes on without them.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// Tasks that may end where they begin before the barrier hears of one: as many as would have begun before it did, had
/// they been spawned, and no more than are to pile up.
const AT_ONCE: usize = 64;

/// A fan-out under way. Dropping it aborts what runs; what has finished is left to whoever stops it.
pub(super) struct FanOut<'a, A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> {
    engine: &'a TokioEngine<S>,
    tasks: Tasks<A>,
    barrier: Barrier<A::Output>,
    /// The pipeline that it is in.
    pipeline: Option<&'static AgentId>,
    /// Each ends with `None` if it ended too late.
    running: Crew<Option<Ended<A::Output>>>,
    /// A permit that no task has: what ends where it begins leaves it to the next.
    has_spare: bool,
    deadline: Option<Deadline>,
    /// A task has been seen to end after the deadline.
    is_late: bool,
    /// `None` once it is being stopped.
    guard: Option<TaskGuard>,
    gone: AllGone,
    /// It has come to its end.
    over: bool,
}

impl<A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> FanOut<'_, A, S> {
    /// Whether there is room for one more task; it is spare then.
    fn has_room(&mut self) -> bool {
        if !self.has_spare
            && let Ok(permit) = self.engine.permits().try_acquire()
        {
            permit.forget();
            self.has_spare = true;
        }
        self.has_spare
    }

    /// Leaves the room that no task has taken to others.
    fn give_back(&mut self) {
        if std::mem::take(&mut self.has_spare) {
            self.engine.permits().add_permits(1);
        }
    }
}

impl<A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> Drop for FanOut<'_, A, S> {
    fn drop(&mut self) {
        self.give_back();
        if let Some(guard) = &self.guard {
            guard.end();
        }
        if self.over {
            return;
        }
        while let Some(ended) = self.running.try_next() {
            if let Ok(Some(ended)) = ended {
                self.barrier.settle(ended);
            }
        }
        let (scope, left) = (self.engine.scope(), self.barrier.left());
        self.engine.keeper().add(scope, left);
    }
}

/// When a fan-out ends, whatever its tasks do.
struct Deadline {
    /// `None` beyond the end of all clocks.
    at: Option<Instant>,
    // Boxed: hardly any fan-out has it.
    timer: Pin<Box<dyn Future<Output = Waited> + Send>>,
}

/// An error where the tokio runtime has gone away.
type Waited = Result<(), crate::ErrorKind>;

type Permit = Result<OwnedSemaphorePermit, AcquireError>;

/// What there is to do.
enum Next {
    /// A task has ended, and the barrier been told.
    Ended,
    /// There is room for one more.
    Room(Permit),
    /// The deadline has passed.
    Late,
    /// No task can end any more: the tokio runtime has gone.
    Gone,
}

impl<'a, A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> FanOut<'a, A, S> {
    /// Boxed: the futures of pipelines hold it, and are moved with all that is in them.
    pub(super) fn new(engine: &'a TokioEngine<S>, tasks: Tasks<A>, barrier: Barrier<A::Output>) -> Box<Self> {
        let deadline = barrier
            .deadline()
            .map(|after| Deadline { at: Instant::now().checked_add(after), timer: Box::pin(pause(after)) });
        let (guard, gone) = engine.guard().below(deadline.as_ref().and_then(|deadline| deadline.at));
        let (guard, pipeline) = (Some(guard), engine.keeper().pipeline());
        let running = Crew::new(is_urgent, Arc::clone(engine.permits()));
        let (has_spare, is_late, over) = (false, false, false);
        Box::new(Self {
            engine,
            tasks,
            barrier,
            pipeline,
            running,
            has_spare,
            deadline,
            is_late,
            guard,
            gone,
            over,
        })
    }

    /// Starts tasks while there is room, and tells the barrier how they end, until it is closed.
    pub(super) async fn run(mut self: Box<Self>) -> Barrier<A::Output> {
        // The place in the runtime's queue, which is kept until there is room.
        let mut place = pin!(None);
        while self.barrier.status() == Status::Open {
            // Tasks that have ended where they began.
            let mut ended = 0;
            while self.has_more(ended) && place.is_none() && ended < AT_ONCE && !self.is_late {
                if self.running.begins_here() {
                    // Others have their turn in between.
                    consume_budget().await;
                }
                if self.engine.scope().is_over() {
                    break;
                }
                if !self.has_room() {
                    place.set(Some(Arc::clone(self.engine.permits()).acquire_owned()));
                    break;
                }
                if self.start_next() {
                    ended += 1;
                }
            }
            self.give_back();
            if !self.has_more(0) {
                // Room that nobody takes would be lost to the others.
                place.set(None);
            }
            if ended == 0 {
                match poll_fn(|cx| self.next(cx, place.as_mut().as_pin_mut())).await {
                    Next::Ended => {}
                    Next::Room(permit) => {
                        place.set(None);
                        // Never closed, so always a permit.
                        self.has_spare = permit.map(OwnedSemaphorePermit::forget).is_ok();
                        self.start_next();
                        self.give_back();
                    }
                    Next::Late => return Box::pin(self.stop(true)).await,
                    Next::Gone => break,
                }
            }
            // What has ended by now has ended at once, as far as anybody can see.
            while let Some(Ok(ended)) = self.running.try_next() {
                self.settle(ended);
            }
            // The run is being stopped, and drops this, which keeps what has ended; nobody asks how it stands.
            if self.engine.scope().is_over() {
                return pending().await;
            }
        }
        // Closed; or open, and the barrier makes an error of the tasks that it has not heard of.
        if self.running.is_empty() {
            return self.end();
        }
        // Not waited for any more.
        place.set(None);
        Box::pin(self.stop(false)).await
    }

    fn end(&mut self) -> Barrier<A::Output> {
        self.over = true;
        self.barrier.take()
    }

    /// Whether another task may be started as far as this fan-out goes, before the barrier makes something of
    /// so many that have ended.
    fn has_more(&self, ended: usize) -> bool {
        !self.tasks.is_empty() && self.running.len() + ended < self.tasks.most_at_once()
    }

    fn next<F: Future<Output = Permit>>(
        &mut self,
        cx: &mut Context<'_>,
        place: Option<Pin<&mut F>>,
    ) -> Poll<Next> {
        if self.is_late {
            return Poll::Ready(Next::Late);
        }
        // One that ends makes room for another; else the barrier has nothing to say before so many have.
        let running = self.running.len();
        let wanted = if self.tasks.is_empty() { self.barrier.decided_after(running) } else { 1 };
        match self.running.poll_next(wanted, cx) {
            Poll::Ready(Some(Ok(ended))) => {
                self.settle(ended);
                return Poll::Ready(if self.is_late { Next::Late } else { Next::Ended });
            }
            Poll::Ready(Some(Err(Dropped))) => return Poll::Ready(Next::Gone),
            // Without a place there is nothing to start either.
            Poll::Ready(None) if place.is_none() => return Poll::Ready(Next::Gone),
            Poll::Ready(None) | Poll::Pending => {}
        }
        if let Some(deadline) = &mut self.deadline
            && let Poll::Ready(waited) = deadline.timer.as_mut().poll(cx)
        {
            return Poll::Ready(if waited.is_ok() { Next::Late } else { Next::Gone });
        }
        let Some(place) = place else {
            return Poll::Pending;
        };
        match place.poll(cx) {
            Poll::Ready(permit) => Poll::Ready(Next::Room(permit)),
            // Every fan-out may have one task beyond the limit, so that fan-outs in tasks of others
            // cannot wait for one another for ever. It keeps its place.
            Poll::Pending => {
                if self.running.is_empty() {
                    if self.start_next() {
                        return Poll::Ready(Next::Ended);
                    }
                    // To be heard of.
                    cx.waker().wake_by_ref();
                }
                Poll::Pending
            }
        }
    }

    /// Tells the barrier how a task has ended, if that was in time.
    fn settle(&mut self, ended: Option<Ended<A::Output>>) {
        match ended {
            Some(ended) => self.barrier.settle(ended),
            None => self.is_late = true,
        }
    }

    /// Starts the next task, and says whether it has ended already, which the barrier has been told then. One that has
    /// not takes the room that is spare, if there is any.
    fn start_next(&mut self) -> bool {
        let (Some(task), Some(guard)) = (self.tasks.next(), &self.guard) else {
            return false;
        };
        let index = (!A::IS_BRANCH).then(|| task.index());
        let engine = self.engine.in_task(index, guard.clone(), Keeper::in_pipeline(self.pipeline));
        let deadline = self.deadline.as_ref().and_then(|deadline| deadline.at);
        let here = Here::new(guard.clone(), engine.scope().task_path().cloned());
        let run = Span::current().around(placed(here, run(engine, task, deadline)));
        let Some(ended) = self.running.start(run, self.has_spare) else {
            self.has_spare = false;
            return false;
        };
        self.settle(ended);
        true
    }

    /// Stops what runs, and waits until it has stopped, with everything below it; but not for
    /// ever: a task that blocks its thread cannot be stopped.
    async fn stop(mut self: Box<Self>, late: bool) -> Barrier<A::Output> {
        if let Some(guard) = self.guard.take() {
            guard.end();
        }
        self.running.abort_all();
        let mut grace = pin!(pause(GRACE));
        let in_time = poll_fn(|cx| {
            // What ended before it was stopped is kept; the rest did not settle.
            while let Poll::Ready(Some(ended)) = self.running.poll_next(1, cx) {
                if let Ok(Some(ended)) = ended {
                    self.barrier.settle(ended);
                }
            }
            if self.running.is_empty()
                && let Poll::Ready(left) = Pin::new(&mut self.gone).poll(cx)
            {
                self.barrier.keep(left.unwrap_or_default());
                return Poll::Ready(true);
            }
            // Where tokio itself stops, so do the tasks.
            grace.as_mut().poll(cx).map(|waited| waited.is_err())
        });
        if !in_time.await {
            let message = match self.running.len() {
                0 => format!(
                    "tasks inside stopped tasks were still running after {GRACE:?}: do they block their thread?"
                ),
                count => format!(
                    "{count} of the stopped tasks were still running after {GRACE:?}: do they block their thread?"
                ),
            };
            let warning = self.engine.scope().warning(A::ID, message);
            self.engine.scope().observe_warning(&warning);
            self.barrier.warn(warning);
        }
        if late {
            self.barrier.expire(&self.engine.scope().tell(A::ID));
        }
        self.end()
    }
}

/// Whether a barrier may have something to say of a task that has ended so, whatever the others do.
#[allow(clippy::ref_option)] // as a crew asks
fn is_urgent<T>(ended: &Option<Ended<T>>) -> bool {
    !matches!(ended, Some(Ended { outcome: Ok(_), recovered: None, .. }))
}

/// One task, from its item to its outcome; `None` if it ended after the deadline, maybe because it
/// blocked the thread, and with it the timer.
#[allow(clippy::manual_async_fn)] // it would keep each argument twice
fn run<A: Drive<TokioEngine<S>>, S: Send + Sync + 'static>(
    engine: TokioEngine<S>,
    task: Task<A>,
    deadline: Option<Instant>,
) -> impl Future<Output = Option<Ended<A::Output>>> + Send {
    async move {
        let ended = task.run(&engine).await;
        drop(engine);
        if deadline.is_some_and(|at| Instant::now() > at) {
            // A payload of the user's own may panic when it is dropped.
            let _ = guarded(|| drop(ended));
            return None;
        }
        Some(ended)
    }
}
