//! The embedded engine: agents on the tokio runtime that the run is awaited on, typed values
//! passed as they are.

use super::guard::{Guarded, message_of};
use super::observer::Event;
use super::scope::Scope;
use super::tasks::Tasks;
use super::{Calls, Drive, Engine, Handoff};
use crate::agent::{Agent, AgentSpec, Context, Failure, Target};
use crate::barrier::{Barrier, Verdict};
use crate::contract::ContractViolation;
use crate::envelope::{Envelope, Warning};
use crate::error::{ErrorKind, PipelineError, one_line};
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

/// How long the tasks that a barrier stops may take to stop, before the run goes on without them.
const GRACE: Duration = Duration::from_secs(1);

/// Runs pipelines on tokio; [`Runtime`](crate::Runtime) makes one for each run.
pub struct TokioEngine<S> {
    scope: Scope,
    state: Arc<S>,
    /// One for each task in flight in the runtime.
    permits: Arc<Semaphore>,
}

impl<S> TokioEngine<S> {
    pub(crate) fn new(scope: Scope, state: Arc<S>, permits: Arc<Semaphore>) -> Self {
        Self { scope, state, permits }
    }
}

impl<S> Clone for TokioEngine<S> {
    fn clone(&self) -> Self {
        let Self { scope, state, permits } = self;
        Self { scope: scope.clone(), state: Arc::clone(state), permits: Arc::clone(permits) }
    }
}

impl<S> fmt::Debug for TokioEngine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokioEngine").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl<S: Send + Sync + 'static> Engine for TokioEngine<S> {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    async fn gather<A: Drive<Self>>(
        &self,
        tasks: Tasks<A::Input>,
        barrier: Barrier<A::Output>,
        to: Target,
    ) -> Barrier<A::Output> {
        let mut fan_out = FanOut::<A, S> {
            engine: self,
            tasks,
            barrier,
            to,
            running: JoinSet::new(),
            indices: HashMap::new(),
        };
        fan_out.run().await;
        fan_out.stop().await;
        fan_out.barrier
    }
}

/// A fan-out under way. Dropping it aborts what runs.
struct FanOut<'a, A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> {
    engine: &'a TokioEngine<S>,
    tasks: Tasks<A::Input>,
    barrier: Barrier<A::Output>,
    to: Target,
    running: JoinSet<Settled<A::Output>>,
    /// Which task is which item, for those that end without a word: they panicked outside an
    /// agent, or the tokio runtime shut down.
    indices: HashMap<Id, usize>,
}

type Settled<T> = Result<Envelope<T>, PipelineError>;

impl<A: Drive<TokioEngine<S>>, S: Send + Sync + 'static> FanOut<'_, A, S> {
    /// Starts tasks while there is room, and notes how they end, until the barrier is closed.
    async fn run(&mut self) {
        loop {
            self.start_what_may_start();
            if self.barrier.verdict() == Verdict::Closed {
                return;
            }
            let Some(ended) = self.next().await else {
                // Nothing runs and nothing waits.
                return;
            };
            self.settle(ended);
            while let Some(ended) = self.running.try_join_next_with_id() {
                self.settle(ended);
            }
        }
    }

    /// The next task that ends. Starts waiting ones meanwhile, as room comes free elsewhere.
    async fn next(&mut self) -> Option<Result<(Id, Settled<A::Output>), JoinError>> {
        loop {
            if self.tasks.is_empty() {
                return self.running.join_next_with_id().await;
            }
            let permit = Arc::clone(&self.engine.permits).acquire_owned();
            let mut permit = pin!(permit);
            let running = &mut self.running;
            let next = poll_fn(|cx| {
                if let Poll::Ready(ended) = running.poll_join_next_with_id(cx) {
                    return Poll::Ready(Ok(ended));
                }
                permit.as_mut().poll(cx).map(Err)
            });
            match next.await {
                Ok(ended) => return ended,
                // Never closed, so always a permit.
                Err(permit) => self.start_next(permit.ok()),
            }
            if self.barrier.verdict() == Verdict::Closed {
                return None;
            }
        }
    }

    fn start_what_may_start(&mut self) {
        while !self.tasks.is_empty() && self.barrier.verdict() == Verdict::Open {
            match Arc::clone(&self.engine.permits).try_acquire_owned() {
                Ok(permit) => self.start_next(Some(permit)),
                // Every fan-out may have one task beyond the limit, so that fan-outs in tasks of
                // others cannot wait for one another for ever.
                Err(_) if self.running.is_empty() => self.start_next(None),
                Err(_) => return,
            }
        }
    }

    fn start_next(&mut self, permit: Option<OwnedSemaphorePermit>) {
        let Some((index, item)) = self.tasks.next(&self.engine.scope) else {
            return;
        };
        let item = match item {
            Ok(item) => item,
            Err(error) => return self.barrier.settle(index, Err(error)),
        };
        let (engine, to) = (self.engine.clone(), self.to.clone());
        let task = async move {
            let settled = A::drive(&engine, item, to).await;
            drop(permit);
            settled
        };
        let handle = self.running.spawn(task);
        self.indices.insert(handle.id(), index);
    }

    fn settle(&mut self, ended: Result<(Id, Settled<A::Output>), JoinError>) {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, outcome),
            Err(error) => {
                let id = error.id();
                let kind = match error.try_into_panic() {
                    Ok(panic) => ErrorKind::Panicked { message: message_of(panic) },
                    Err(_) => ErrorKind::Cancelled,
                };
                (id, Err(PipelineError::new(kind, A::ENTRY.clone(), self.engine.scope.trace_id())))
            }
        };
        if let Some(index) = self.indices.remove(&id) {
            self.barrier.settle(index, outcome);
        }
    }

    /// Stops what runs, and waits until it has stopped, but not for ever: a task that blocks its
    /// thread cannot be stopped.
    async fn stop(&mut self) {
        if self.running.is_empty() {
            return;
        }
        self.running.abort_all();
        let stopped = timeout(GRACE, async {
            while let Some(ended) = self.running.join_next_with_id().await {
                // What finished before it was stopped is kept; the rest did not settle.
                if let Ok((id, Ok(envelope))) = ended
                    && let Some(index) = self.indices.remove(&id)
                {
                    self.barrier.settle(index, Ok(envelope));
                }
            }
        });
        if stopped.await.is_err() {
            let message = format!(
                "{} of the tasks that were stopped had not stopped after {GRACE:?}: do they block their thread?",
                self.running.len()
            );
            self.barrier.warn(Warning::new(A::ENTRY.clone(), message));
        }
    }
}

impl<A: Agent<S>, S: Send + Sync + 'static> Calls<A> for TokioEngine<S> {
    async fn call(
        &self,
        input: Envelope<A::Input>,
        to: Target,
    ) -> Result<Envelope<A::Output>, PipelineError> {
        // What was noticed so far: it goes with the output, or with the error.
        let mut noticed = input.warnings.clone();
        let mut waiting = Some(input);
        let mut broken = None;
        let mut attempt = 1;
        loop {
            let last = attempt > A::RETRIES;
            // Only the last attempt takes the input, and always returns.
            let input = if last { waiting.take() } else { waiting.clone() };
            let Some(input) = input else {
                return Err(self.fail::<A>(ErrorKind::Cancelled));
            };
            let mut error = match self.attempt::<A>(input, attempt, broken, &mut noticed, &to).await {
                Ok(envelope) => return Ok(envelope),
                Err(error) => error,
            };
            noticed.append(&mut error.take_warnings());
            let again = !last && error.kind().is_retryable();
            let pause = again.then(|| self.scope.settings().backoff.pause_after(attempt));
            let event = Event::AttemptFailed { agent: A::ID, attempt, error: &error, retry_in: pause };
            self.scope.observe(&event);
            let Some(pause) = pause else {
                return Err(error.after(noticed));
            };
            noticed.push(Warning::new(
                A::ID.clone(),
                format!("attempt {attempt} failed: {}", one_line(error.kind())),
            ));
            broken = match error.into_kind() {
                ErrorKind::Contract(violation) => Some(violation),
                _ => None,
            };
            sleep(pause).await;
            attempt += 1;
        }
    }
}

impl<S: Send + Sync + 'static> TokioEngine<S> {
    fn fail<A: AgentSpec>(&self, kind: ErrorKind) -> PipelineError {
        PipelineError::new(kind, A::ID.clone(), self.scope.trace_id())
    }

    /// Calls the agent once.
    async fn attempt<A: Agent<S>>(
        &self,
        input: Envelope<A::Input>,
        attempt: u32,
        broken: Option<ContractViolation>,
        noticed: &mut Vec<Warning>,
        to: &Target,
    ) -> Result<Envelope<A::Output>, PipelineError> {
        let (payload, envelope) = input.split();
        let confidence = envelope.confidence;
        let cx = Context::new(A::ID.clone(), envelope, attempt, broken, self.scope.clone());
        let answer = within(A::TIMEOUT, Guarded::new(A::run(payload, &cx, &self.state))).await;
        noticed.append(&mut cx.take_warnings());
        let kind = match answer {
            Some(Ok(Ok(output))) => {
                let handoff = Handoff {
                    source: A::ID,
                    target: to,
                    max_output_tokens: A::MAX_OUTPUT_TOKENS,
                    confidence,
                    warnings: std::mem::take(noticed),
                };
                return self.scope.hand_off(handoff, output);
            }
            Some(Ok(Err(Failure::Agent(error)))) => ErrorKind::Agent(error),
            Some(Ok(Err(Failure::Contract(violation)))) => ErrorKind::Contract(violation),
            Some(Ok(Err(Failure::Truncated(finish)))) => ErrorKind::Truncated { finish },
            Some(Err(message)) => ErrorKind::Panicked { message },
            None => ErrorKind::TimedOut { after: A::TIMEOUT.unwrap_or_default() },
        };
        Err(self.fail::<A>(kind))
    }
}

/// The future's output, or `None` where it does not come in time. An output that comes late is
/// late, even if it comes at the first look: the future may have blocked the thread, and with it
/// the timer.
async fn within<F: Future + Unpin>(limit: Option<Duration>, mut future: F) -> Option<F::Output> {
    let Some(limit) = limit else {
        return Some(future.await);
    };
    let started = Instant::now();
    // An agent that answers at once needs no timer.
    let first = poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx))).await;
    let output = match first {
        Poll::Ready(output) => output,
        Poll::Pending => {
            let left = limit.saturating_sub(started.elapsed());
            timeout(left, &mut future).await.ok()?
        }
    };
    (started.elapsed() <= limit).then_some(output)
}
