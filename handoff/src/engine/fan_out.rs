//! A fan-out on tokio.

use super::clock::pause;
use super::guard::caught_or;
use super::live::{Gone, Live};
use super::tasks::{Task, Tasks};
use super::tokio::TokioEngine;
use super::trace::Span;
use super::{Drive, Engine as _};
use crate::agent::Target;
use crate::barrier::{Barrier, Verdict};
use crate::envelope::{Envelope, Warning};
use crate::error::{ErrorKind, PipelineError};
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;

/// How long the tasks that a barrier stops may take to stop, before the run goes on without them.
const GRACE: Duration = Duration::from_secs(1);

/// How a task ended, with its index.
type Ended<T> = (usize, Result<Envelope<T>, PipelineError>);

/// A fan-out under way. Dropping it aborts what runs.
pub(super) struct FanOut<'a, A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> {
    engine: &'a TokioEngine<S>,
    tasks: Tasks<A::Input>,
    barrier: Barrier<A::Output>,
    to: Target,
    running: JoinSet<Ended<A::Output>>,
    live: Live,
    gone: Gone,
}

impl<'a, A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> FanOut<'a, A, S> {
    pub(super) fn new(
        engine: &'a TokioEngine<S>,
        tasks: Tasks<A::Input>,
        barrier: Barrier<A::Output>,
        to: Target,
    ) -> Self {
        let (live, gone) = Live::below(engine.live());
        Self { engine, tasks, barrier, to, running: JoinSet::new(), live, gone }
    }

    /// Starts tasks while there is room, and tells the barrier how they end, until it is closed.
    pub(super) async fn run(mut self) -> Barrier<A::Output> {
        loop {
            let verdict = self.barrier.verdict();
            if verdict == Verdict::Open {
                self.start_what_may_start();
                if let Some(ended) = self.next().await {
                    self.barrier.settle(ended.0, ended.1);
                    // What has ended by now has ended at once, as far as anybody can see.
                    while let Some(Ok((index, outcome))) = self.running.try_join_next() {
                        self.barrier.settle(index, outcome);
                    }
                    continue;
                }
            }
            // Closed; or open, and no task can end any more: the tokio runtime has gone, and the
            // barrier makes an error of the tasks that it has not heard of.
            if self.running.is_empty() {
                return self.barrier;
            }
            return self.stop().await;
        }
    }

    /// The next task that ends. Starts waiting ones meanwhile, as room comes free elsewhere.
    async fn next(&mut self) -> Option<Ended<A::Output>> {
        while !self.tasks.is_empty() {
            let permit = Arc::clone(self.engine.permits()).acquire_owned();
            let mut permit = pin!(permit);
            let running = &mut self.running;
            let next = poll_fn(|cx| {
                if let Poll::Ready(ended) = running.poll_join_next(cx) {
                    return Poll::Ready(Ok(ended));
                }
                permit.as_mut().poll(cx).map(Err)
            });
            match next.await {
                Ok(ended) => return ended?.ok(),
                // Never closed, so always a permit.
                Err(permit) => self.start_next(permit.ok()),
            }
        }
        self.running.join_next().await?.ok()
    }

    fn start_what_may_start(&mut self) {
        while !self.tasks.is_empty() {
            match Arc::clone(self.engine.permits()).try_acquire_owned() {
                Ok(permit) => self.start_next(Some(permit)),
                // Every fan-out may have one task beyond the limit, so that fan-outs in tasks of
                // others cannot wait for one another for ever.
                Err(_) if self.running.is_empty() => self.start_next(None),
                Err(_) => return,
            }
        }
    }

    fn start_next(&mut self, permit: Option<OwnedSemaphorePermit>) {
        let Some(task) = self.tasks.next() else {
            return;
        };
        let index = (!A::IS_JOIN).then(|| task.index());
        let engine = self.engine.in_task(index, self.live.clone());
        let task = settle::<A, S>(engine, task, self.to, permit);
        self.running.spawn(Span::current().around(task));
    }

    /// Stops what runs, and waits until it has stopped, with everything below it; but not for
    /// ever: a task that blocks its thread cannot be stopped.
    async fn stop(self) -> Barrier<A::Output> {
        let Self { mut barrier, mut running, live, gone, .. } = self;
        drop(live);
        running.abort_all();
        let mut grace = pin!(pause(GRACE));
        let mut gone = pin!(gone);
        let in_time = poll_fn(|cx| {
            // What ended before it was stopped is kept; the rest did not settle.
            while let Poll::Ready(Some(ended)) = running.poll_join_next(cx) {
                if let Ok((index, outcome)) = ended {
                    barrier.settle(index, outcome);
                }
            }
            if running.is_empty() && gone.as_mut().poll(cx).is_ready() {
                return Poll::Ready(true);
            }
            // Where tokio itself stops, so do the tasks.
            grace.as_mut().poll(cx).map(|waited| waited.is_err())
        });
        if !in_time.await {
            let message = match running.len() {
                0 => format!(
                    "tasks below those that were stopped had not stopped after {GRACE:?}: do they block their thread?"
                ),
                count => format!(
                    "{count} of the tasks that were stopped had not stopped after {GRACE:?}: do they block their thread?"
                ),
            };
            barrier.warn(Warning::new(A::ID.clone(), message));
        }
        barrier
    }
}

/// One task, from its item to its outcome. No panic leaves it.
async fn settle<A: Drive<TokioEngine<S>>, S: Send + Sync + 'static>(
    engine: TokioEngine<S>,
    task: Task<A::Input>,
    to: Target,
    permit: Option<OwnedSemaphorePermit>,
) -> Ended<A::Output> {
    let (index, trace_id) = (task.index(), engine.scope().trace_id());
    let drive = async {
        let item = task.hand_off::<_, A>(engine.scope())?;
        A::drive(&engine, item, to).await
    };
    // Agents guard themselves; this is for the rest of the user's code.
    let outcome = caught_or(drive, |message| {
        PipelineError::new(ErrorKind::Panicked { message }, A::ID.clone(), trace_id)
    });
    let outcome = outcome.await;
    drop(permit);
    (index, outcome)
}
