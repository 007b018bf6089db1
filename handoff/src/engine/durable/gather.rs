//! A fan-out on the engine of durable runs: its tasks are polled where it is, each when something has come for it.

use super::queue::Awaited;
use super::{Scheduled, Site};
use crate::barrier::{Barrier, Ended, Status};
use crate::engine::task_guard::{AllGone, TaskGuard};
use crate::engine::{Drive, Engine as _, Tasks};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// A fan-out under way. Dropping it stops what runs; what has finished is left to whoever stops it.
pub(super) struct Gather<'a, A: Drive<Scheduled<H>>, H: Site> {
    engine: &'a Scheduled<H>,
    step: String,
    tasks: Tasks<A>,
    barrier: Barrier<A::Output>,
    running: Vec<Running<A::Output>>,
    deadline: Option<Awaited>,
    // Nothing waits for the tasks that are stopped: they are gone then.
    gone: AllGone,
    guard: TaskGuard,
    /// It has come to its end.
    over: bool,
}

struct Running<T> {
    task: Pin<Box<dyn Future<Output = Ended<T>> + Send>>,
    flag: Arc<Flag>,
}

/// Says that a task can go on.
struct Flag {
    is_up: AtomicBool,
    /// Who is to poll it.
    above: Mutex<Option<Waker>>,
}

impl Wake for Flag {
    #[inline]
    fn wake(self: Arc<Self>) {
        self.is_up.store(true, Ordering::Relaxed);
        let above = self.above.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(above) = above {
            above.wake();
        }
    }
}

impl<'a, A: Drive<Scheduled<H>>, H: Site> Gather<'a, A, H> {
    #[inline]
    pub(super) fn new(engine: &'a Scheduled<H>, tasks: Tasks<A>, barrier: Barrier<A::Output>) -> Box<Self> {
        let step = engine.step();
        let deadline = barrier.deadline().map(|after| engine.shared().queue.sleep(step.clone(), after));
        let (guard, gone) = engine.guard().below(None);
        Box::new(Self {
            engine,
            step,
            tasks,
            barrier,
            running: Vec::new(),
            deadline,
            gone,
            guard,
            over: false,
        })
    }

    /// Starts tasks while there is room, and tells the barrier how they end, until it is closed.
    #[inline]
    pub(super) async fn run(mut self: Box<Self>) -> Barrier<A::Output> {
        let is_late = poll_fn(|cx| {
            if self.step(cx) {
                return Poll::Ready(false);
            }
            match &mut self.deadline {
                Some(deadline) => Pin::new(deadline).poll(cx).map(|_| true),
                None => Poll::Pending,
            }
        })
        .await;
        self.deadline = None;
        // What still runs is given up, in its order.
        self.stop();
        if let Ok(left) = self.gone.try_recv() {
            self.barrier.keep(left);
        }
        if is_late {
            self.barrier.expire(&self.engine.scope().tell(A::ID));
        }
        self.over = true;
        self.barrier.take()
    }

    #[inline]
    fn stop(&mut self) {
        self.engine.shared().queue.end_tasks(self.running.len());
        self.running.drain(..).for_each(drop);
        // The last guard: what tasks had come to is there now.
        self.guard = self.engine.guard().clone();
    }

    /// Goes on with what can go on: whether it has come to its end.
    #[inline]
    fn step(&mut self, cx: &mut Context<'_>) -> bool {
        loop {
            // What has ended by now has ended at once.
            if self.barrier.status() == Status::Closed {
                return true;
            }
            self.start(cx);
            if !self.poll_running(cx) {
                return self.running.is_empty() && self.tasks.is_empty();
            }
            // The run is being stopped, and drops this, which keeps what has ended; nobody asks how it stands.
            if self.engine.scope().is_over() {
                return false;
            }
        }
    }

    #[inline]
    fn start(&mut self, cx: &Context<'_>) {
        let limit = self.engine.scope().settings().limits.tasks_in_flight.max(1);
        while !self.tasks.is_empty() && self.running.len() < self.tasks.most_at_once() {
            // Every fan-out may have one task beyond the limit, so that those in tasks of others do not wait for one
            // another.
            let queue = &self.engine.shared().queue;
            if self.running.is_empty() {
                queue.begin_task_anyway();
            } else if !queue.begin_task(limit, cx.waker()) {
                return;
            }
            let Some(task) = self.tasks.next() else { return };
            let engine = self.engine.in_task(&self.step, task.index(), A::IS_BRANCH, self.guard.clone());
            let task = Box::pin(async move { task.run(&engine).await });
            let flag = Arc::new(Flag { is_up: AtomicBool::new(true), above: Mutex::new(None) });
            self.running.push(Running { task, flag });
        }
    }

    /// Polls the tasks that can go on, in their order: whether one has ended.
    #[inline]
    fn poll_running(&mut self, cx: &mut Context<'_>) -> bool {
        let Self { barrier, running, engine, .. } = self;
        let before = running.len();
        running.retain_mut(|Running { task, flag }| {
            if !flag.is_up.swap(false, Ordering::Relaxed) {
                return true;
            }
            *flag.above.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
            let waker = Waker::from(Arc::clone(flag));
            match task.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(ended) => {
                    engine.shared().queue.end_tasks(1);
                    barrier.settle(ended);
                    false
                }
                Poll::Pending => true,
            }
        });
        running.len() < before
    }
}

impl<A: Drive<Scheduled<H>>, H: Site> Drop for Gather<'_, A, H> {
    #[inline]
    fn drop(&mut self) {
        if self.over {
            return;
        }
        // Nobody waits for what the tasks leave, which goes to whoever stops this.
        self.gone.close();
        self.stop();
        let (scope, left) = (self.engine.scope(), self.barrier.left());
        self.engine.keeper().add(scope, left);
    }
}
