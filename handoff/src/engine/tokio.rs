//! The embedded engine: agents on the tokio runtime that the run is awaited on, typed values
//! passed as they are.

use super::clock::{Answer, pause, within};
use super::fan_out::FanOut;
use super::live::Live;
use super::nesting;
use super::observer::Event;
use super::scope::Scope;
use super::tasks::Tasks;
use super::trace::Span;
use super::{Agent, Attempt, Calls, Drive, Engine, Handoff};
use crate::agent::{AgentId, AgentSpec, Failure, Target};
use crate::barrier::Barrier;
use crate::envelope::{Envelope, Warning};
use crate::error::{CancelledBy, ErrorKind, Limit, PipelineError, Verdict};
use crate::panics::{caught, caught_or};
use crate::text::one_line;
use crate::trace::SpanId;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::yield_now;
use tokio::time::Instant;

/// Runs pipelines on tokio; [`Runtime`](crate::Runtime) makes one for each run.
pub struct TokioEngine<S> {
    scope: Scope,
    state: Arc<S>,
    /// One for each task in flight in the runtime.
    permits: Arc<Semaphore>,
    /// Of the run, or of the fan-out whose task this is.
    live: Live,
    /// Attempts and rounds since others had their turn.
    steps: AtomicU32,
}

/// After so many attempts and rounds others have their turn: what is ready at once would go on without ever hearing of
/// a deadline, and hold up whatever else runs on the thread. A turn costs about as much as an attempt.
const TURN: u32 = 64;

impl<S> TokioEngine<S> {
    pub(super) fn new(scope: Scope, state: Arc<S>, permits: Arc<Semaphore>, live: Live) -> Self {
        Self { scope, state, permits, live, steps: AtomicU32::new(0) }
    }

    /// The engine in a task of a fan-out, or in a branch of a join, which has no index.
    pub(super) fn in_task(&self, index: Option<usize>, live: Live) -> Self {
        let Self { scope, state, permits, live: _, steps: _ } = self;
        let scope = index.map_or_else(|| scope.clone(), |index| scope.in_task(index));
        Self::new(scope, Arc::clone(state), Arc::clone(permits), live)
    }

    pub(super) fn permits(&self) -> &Arc<Semaphore> {
        &self.permits
    }

    pub(super) fn live(&self) -> &Live {
        &self.live
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

    fn gather<A: Drive<Self>>(
        &self,
        tasks: Tasks<A>,
        barrier: Barrier<A::Output>,
    ) -> impl Future<Output = Barrier<A::Output>> + Send {
        FanOut::<A, S>::new(self, tasks, barrier).run()
    }

    /// Only where the rounds call no agent, so that an agent is at work where the run is stopped.
    async fn yield_now(&self) {
        self.step(2 * TURN).await;
    }
}

impl<A: Agent<S>, S: Send + Sync + 'static> Calls<A> for TokioEngine<S> {
    // Not an `async fn`: what is taken apart before the future is made is not kept in it twice.
    fn call(
        &self,
        input: Envelope<A::Input>,
        to: Target,
    ) -> impl Future<Output = Result<Envelope<A::Output>, PipelineError>> + Send {
        let (payload, envelope) = input.split();
        // The agent itself is guarded below; this is for the rest of the user's code: the `Clone`
        // and `Drop` of its payloads and errors.
        caught_or(self.attempts::<A>(payload, envelope, to), |message| {
            self.fail::<A>(ErrorKind::Panicked { message })
        })
    }
}

impl<S> TokioEngine<S> {
    /// Lets others have their turn if that was so many steps ago.
    async fn step(&self, turn: u32) {
        if self.steps.fetch_add(1, Ordering::Relaxed) >= turn {
            self.steps.store(0, Ordering::Relaxed);
            yield_now().await;
        }
    }
}

impl<S: Send + Sync + 'static> TokioEngine<S> {
    fn fail<A: AgentSpec>(&self, kind: ErrorKind) -> PipelineError {
        self.scope.error(kind, A::ID)
    }

    /// How long to wait after an attempt that failed so.
    fn pause_after(&self, attempt: u32, error: &ErrorKind) -> Duration {
        let backoff = self.scope.settings().backoff.pause_after(attempt);
        match error.retry_after() {
            Some(asked) => {
                let longest = self.scope.time_left().unwrap_or(Verdict::LONGEST_PAUSE);
                asked.min(longest).max(backoff)
            }
            None => backoff,
        }
    }

    /// Calls the agent until it succeeds, or may not be called again.
    // Not an `async fn`, which would keep each argument twice. A future of less than a kilobyte is
    // one that allocators serve from their cache.
    fn attempts<A: Agent<S>>(
        &self,
        payload: A::Input,
        envelope: Envelope<()>,
        to: Target,
    ) -> impl Future<Output = Result<Envelope<A::Output>, PipelineError>> + Send {
        // From here on they go with the output, or with the error.
        let mut call =
            Call { scope: &self.scope, agent: A::ID, noticed: envelope.warnings.clone(), ended: false };
        let mut waiting = Some(payload);
        async move {
            let mut broken = None;
            let mut attempt = 1;
            loop {
                self.step(TURN).await;
                if let Some(kind) = self.scope.halted() {
                    return Err(self.fail::<A>(kind).after(call.end()));
                }
                let last = attempt > A::RETRIES;
                // The last attempt takes the input, the others leave it there.
                let input = if last { waiting.take() } else { waiting.clone() };
                let Some(input) = input else {
                    // Unreachable: the last attempt returns.
                    return Err(self.fail::<A>(ErrorKind::Cancelled { by: CancelledBy::Tokio }));
                };
                let span_id = SpanId::random();
                let span = Span::agent(&self.scope, A::ID, attempt, span_id);
                let limit = A::TIMEOUT.map(|limit| (Instant::now(), limit));
                let until = limit.and_then(|(started, limit)| started.checked_add(limit));
                nesting::begin(span_id);
                let under_way = Attempt {
                    agent: A::ID,
                    envelope: &envelope,
                    number: attempt,
                    broken: broken.as_ref(),
                    span_id,
                    scope: &self.scope,
                    live: &self.live,
                    until,
                    context: OnceLock::new(),
                };
                let made = self.attempt::<A>(input, under_way, limit, &mut call.noticed, to);
                let mut error = match span.around(made).await {
                    Ok(envelope) => {
                        call.end();
                        return Ok(envelope);
                    }
                    Err(error) => error,
                };
                call.noticed.append(&mut error.take_warnings());
                if self.scope.is_over() && !error.kind().ends_the_run() {
                    // It may have failed because of that, and is stopped like any other.
                    return Err(error);
                }
                let again = !last && error.kind().is_retryable() && !self.live.is_over();
                let retry_in = again.then(|| self.pause_after(attempt, error.kind()));
                let event = Event::AttemptFailed {
                    agent: error.agent_id(),
                    task: self.scope.task(),
                    task_path: self.scope.task_path(),
                    attempt,
                    error: error.kind(),
                    retry_in,
                };
                span.inside(|| self.scope.observe(&event));
                let Some(retry_in) = retry_in else {
                    return Err(error.after(call.end()));
                };
                let message = format!("attempt {attempt} failed: {}", one_line(error.kind()));
                call.noticed.push(self.scope.warning(A::ID, message));
                if let ErrorKind::Contract(violation) = error.into_kind() {
                    broken = Some(violation);
                }
                if let Err(kind) = pause(retry_in).await {
                    return Err(self.fail::<A>(kind).after(call.end()));
                }
                attempt += 1;
            }
        }
    }

    /// Calls the agent once.
    #[allow(clippy::manual_async_fn)] // it would keep each argument twice
    fn attempt<A: Agent<S>>(
        &self,
        payload: A::Input,
        under_way: Attempt<'_>,
        limit: Option<(Instant, Duration)>,
        noticed: &mut Vec<Warning>,
        to: Target,
    ) -> impl Future<Output = Result<Envelope<A::Output>, PipelineError>> + Send {
        async move {
            let confidence = under_way.envelope.confidence;
            // Dropped after the agent: what it noticed is kept, too, where the run is stopped under it.
            let Noticing { under_way, noticed } = &mut Noticing { under_way, noticed };
            let under_way = &*under_way;
            let mut agent = pin!(caught(A::run(payload, under_way, &self.state)));
            let answer = within(limit, agent.as_mut()).await;
            let stopped = agent.stop();
            noticed.append(&mut under_way.take_warnings());
            let kind = match answer {
                Answer::Came(Ok(answer)) => {
                    under_way.has_returned();
                    match answer {
                        Ok(output) => {
                            let handoff = Handoff {
                                source: A::ID,
                                target: to,
                                max_output_tokens: A::MAX_OUTPUT_TOKENS,
                                confidence,
                                warnings: std::mem::take(noticed),
                            };
                            return self.scope.hand_off(handoff, output);
                        }
                        Err(Failure::Agent(error)) => ErrorKind::Agent(error),
                        Err(Failure::Contract(violation)) => ErrorKind::Contract(violation),
                        Err(Failure::Truncated(finish)) => ErrorKind::Truncated { finish },
                        Err(Failure::TooLarge { allowed, found }) => ErrorKind::LimitExceeded {
                            limit: Limit::PayloadBytes,
                            allowed: allowed as u64,
                            found: found as u64,
                        },
                        Err(Failure::Halted(kind)) => kind,
                        Err(Failure::ShutDown) => ErrorKind::Cancelled { by: CancelledBy::Tokio },
                    }
                }
                Answer::Came(Err(message)) => ErrorKind::Panicked { message },
                Answer::Late => {
                    if let Err(message) = stopped {
                        let message = format!("panicked while it was stopped: {message}");
                        noticed.push(self.scope.warning(A::ID, message));
                    }
                    ErrorKind::TimedOut { after: A::TIMEOUT.unwrap_or_default() }
                }
                Answer::ShutDown => ErrorKind::Cancelled { by: CancelledBy::Tokio },
            };
            Err(self.fail::<A>(kind))
        }
    }
}

/// An attempt, and where what is noticed in it goes.
struct Noticing<'a, 'b> {
    under_way: Attempt<'a>,
    noticed: &'b mut Vec<Warning>,
}

impl Drop for Noticing<'_, '_> {
    fn drop(&mut self) {
        self.noticed.append(&mut self.under_way.take_warnings());
    }
}

/// A call of an agent, from its first attempt to its last. If it is dropped under way because the
/// run is stopped, the run's error tells who it was, and what had been noticed.
struct Call<'a> {
    scope: &'a Scope,
    agent: &'static AgentId,
    noticed: Vec<Warning>,
    ended: bool,
}

impl Call<'_> {
    /// It has ended by itself; what was noticed goes with its error.
    fn end(&mut self) -> Vec<Warning> {
        self.ended = true;
        std::mem::take(&mut self.noticed)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.scope.cut_short(self.agent, &mut self.noticed);
        }
    }
}
