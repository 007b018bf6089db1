//! The embedded engine: agents on the tokio runtime that the run is awaited on, typed values
//! passed as they are.

mod once;

pub(super) use once::Once;
pub use once::OneAttempt;

use super::attempt::{Begin, Extras};
use super::before::Before;
use super::clock::{Answer, pause, within};
use super::fan_out::FanOut;
use super::nesting;
use super::observer::PartOutcome;
use super::scope::Scope;
use super::task_guard::TaskGuard;
use super::tasks::Tasks;
use super::tools::with_tools;
use super::words::words;
use super::{
    Agent, Attempt, Calls, CallsTool, Drive, Engine, Handoff, Keeper, ToolCall, ToolCalling, Toolbox,
};
use crate::agent::{AgentId, AgentSpec, Backoff, Failure, Target};
use crate::barrier::Barrier;
use crate::contract::Confidence;
use crate::envelope::{Handed, Head, Warning, Warnings};
use crate::error::{CancelledBy, ErrorKind, Limit, Of, One, PipelineError, Record, Verdict};
use crate::panics::{caught, caught_or};
use crate::text::one_line;
use crate::trace::SpanId;
use std::any::TypeId;
use std::fmt;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::coop::consume_budget;
use tokio::task::yield_now;
use tokio::time::Instant;

/// The engine that runs pipelines on tokio. [`Runtime`](crate::Runtime) creates one for each run.
pub struct TokioEngine<S> {
    scope: Scope,
    state: Arc<S>,
    /// Of the run, or of the fan-out whose task this is.
    guard: TaskGuard,
    /// Attempts and rounds since others had their turn.
    steps: AtomicU32,
    keeper: Keeper,
}

/// Where a task is stopped, what it had come to is left to whoever stops it.
impl<S> Drop for TokioEngine<S> {
    #[inline]
    fn drop(&mut self) {
        if self.keeper.has_records() {
            self.guard.leave(self.keeper.take_mut());
        }
    }
}

/// After so many attempts and rounds others have their turn: what is ready at once would go on without ever hearing of
/// a deadline, and hold up whatever else runs on the thread. A turn costs about as much as an attempt.
///
/// That is of one engine. What goes on in the others of the same task of tokio, which are those of its fan-outs
/// and of runs that its agents start, counts by tokio's own budget of a task, of which each attempt takes one.
/// Where a run is polled without one, this is all there is.
const TURN: u32 = 64;

impl<S> TokioEngine<S> {
    pub(super) fn new(scope: Scope, state: Arc<S>, guard: TaskGuard) -> Self {
        Self { scope, state, guard, steps: AtomicU32::new(0), keeper: Keeper::default() }
    }

    /// The engine in a task of a fan-out, or in a branch of a join or a race, which has no index.
    pub(super) fn in_task(&self, index: Option<usize>, guard: TaskGuard, keeper: Keeper) -> Self {
        let Self { scope, state, .. } = self;
        let scope = index.map_or_else(|| scope.clone(), |index| scope.in_task(index));
        let state = Arc::clone(state);
        Self { scope, state, guard, steps: AtomicU32::new(0), keeper }
    }

    pub(super) fn permits(&self) -> &Arc<Semaphore> {
        &self.scope.common().permits
    }

    pub(super) fn guard(&self) -> &TaskGuard {
        &self.guard
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

    fn keeper(&self) -> &Keeper {
        &self.keeper
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
        input: Handed<A::Input>,
        to: Target,
        tools: Option<&dyn Toolbox>,
    ) -> impl Future<Output = Result<Handed<A::Output>, PipelineError>> + Send {
        let (payload, head) = input.split();
        // The agent itself is guarded below; this is for the rest of the user's code: the `Clone`
        // and `Drop` of its payloads and errors.
        caught_or(self.attempts::<A>(payload, head, to, tools), |message| {
            let error = self.fail::<A>(ErrorKind::Panicked { message });
            self.scope.end_attempt(PartOutcome::Failed(&error));
            error
        })
    }
}

impl<T: Drive<Self>, S: Send + Sync + 'static> CallsTool<T> for TokioEngine<S> {
    fn call_tool(&self, call: ToolCall) -> ToolCalling<'_> {
        let mut engine = self.in_task(None, self.guard.clone(), self.keeper.of_task());
        engine.scope = call.scope(&self.scope);
        Box::pin(async move { call.make::<T, Self>(&engine).await })
    }
}

impl<S> TokioEngine<S> {
    /// Lets others have their turn if that was so many steps ago.
    async fn step(&self, turn: u32) {
        // Nobody else counts: what goes on at once has engines of its own.
        let steps = self.steps.load(Ordering::Relaxed);
        self.steps.store(if steps >= turn { 0 } else { steps + 1 }, Ordering::Relaxed);
        if steps >= turn {
            yield_now().await;
        }
    }
}

impl<S: Send + Sync + 'static> TokioEngine<S> {
    #[cold]
    fn fail<A: AgentSpec>(&self, kind: ErrorKind) -> PipelineError {
        self.scope.error(kind, A::ID)
    }

    /// Waits until an attempt of the agent may begin. `None` where it may begin at once: in a run that is part
    /// of one, which would wait for it for ever.
    async fn turn<A: AgentSpec>(&self, most: usize) -> Option<OwnedSemaphorePermit> {
        if self.scope.is_within(TypeId::of::<A>()) {
            return None;
        }
        let lane = self.scope.settings().agents.lane::<A>(most);
        match Arc::clone(&lane).try_acquire_owned() {
            Ok(turn) => Some(turn),
            // Boxed: hardly any agent waits. Never closed, so there is a permit.
            Err(_) => Box::pin(lane.acquire_owned()).await.ok(),
        }
    }

    /// Calls the agent until it succeeds, or may not be called again.
    // Not an `async fn`, which would keep each argument twice. A future of less than a kilobyte is
    // one that allocators serve from their cache.
    fn attempts<A: Agent<S>>(
        &self,
        payload: A::Input,
        head: Head,
        to: Target,
        tools: Option<&dyn Toolbox>,
    ) -> impl Future<Output = Result<Handed<A::Output>, PipelineError>> + Send {
        let mut call = Call::new(&self.scope, A::ID, head);
        let mut waiting = Some(payload);
        async move {
            let options = self.scope.settings().agents.calls::<A>();
            let mut before = Before::default();
            let mut attempt = 1;
            loop {
                self.step(TURN).await;
                consume_budget().await;
                if self.guard.is_over() {
                    // Nothing new begins, though this thread has not come to where it is stopped.
                    let Some(kind) = self.scope.halted() else { return pending().await };
                    return Err(self.fail::<A>(kind).after(call.end()));
                }
                let turn = match options.concurrency() {
                    Some(most) => self.turn::<A>(most).await,
                    None => None,
                };
                if let Err(kind) = self.scope.count_call(A::ID) {
                    return Err(self.fail::<A>(kind).after(call.end()));
                }
                let last = attempt > options.retries();
                let span_id = self.scope.next_span();
                let of = (attempt, options.retries().saturating_add(1));
                let budgets = (A::INPUT_BUDGET, A::MAX_OUTPUT_TOKENS);
                self.scope.begin_attempt(span_id, A::ID, &call.head, of, budgets);
                let mut begin;
                // In a block, at whose end the input is where it is going, and nowhere else.
                let made = {
                    // The last attempt takes the input, the others leave it there.
                    let input = if last { waiting.take() } else { waiting.clone() };
                    let Some(input) = input else {
                        // Unreachable: the last attempt returns.
                        return Err(self.fail::<A>(ErrorKind::Cancelled { by: CancelledBy::Tokio }));
                    };
                    let timeout = options.timeout();
                    let extras = Extras::of::<A>(options.idle_timeout(), turn, tools);
                    begin = Begin { number: attempt, before: &before, span_id, timeout, extras, target: to };
                    self.attempt::<A>(input, &mut call, &mut begin)
                };
                let made = self.scope.span(span_id).around(made);
                let error = match made.await {
                    Ok(handed) => {
                        self.scope.end(span_id, PartOutcome::Succeeded);
                        call.end();
                        return Ok(handed);
                    }
                    Err(error) => error,
                };
                let may_try = (!last).then_some((attempt, options.backoff()));
                let (retry_in, kind) = call.failed(&self.guard, span_id, may_try, error)?;
                before.push(span_id, kind);
                if let Err(kind) = pause(retry_in).await {
                    return Err(self.fail::<A>(kind).after(call.end()));
                }
                attempt += 1;
            }
        }
    }

    /// Calls the agent once. What was noticed goes with the output, or stays with the call.
    #[allow(clippy::manual_async_fn)] // it would keep each argument twice
    fn attempt<A: Agent<S>>(
        &self,
        payload: A::Input,
        call: &mut Call<'_>,
        begin: &mut Begin<'_>,
    ) -> impl Future<Output = Result<Handed<A::Output>, PipelineError>> + Send {
        async move {
            let extras = begin.extras.take();
            let begin = &*begin;
            // The agent, and the attempt with its context, are gone before its output is handed on: they share the
            // warnings.
            let (answer, stopped) = {
                let limit = begin.timeout.map(|limit| (Instant::now(), limit));
                nesting::begin(begin.span_id, TypeId::of::<A>());
                let Call { head, noticed, .. } = &mut *call;
                let under_way = Attempt {
                    agent: A::ID,
                    head,
                    begin,
                    max_output_tokens: A::MAX_OUTPUT_TOKENS,
                    scope: &self.scope,
                    guard: &self.guard,
                    kind: TypeId::of::<A>(),
                    limit,
                    extras,
                    context: OnceLock::new(),
                    returned: AtomicBool::new(false),
                };
                // Dropped after the agent: what it noticed is kept, too, where the run is stopped under it.
                let noticing = Noticing { under_way, noticed };
                let agent = match self.scope.settings().agents.replaced.of::<A>() {
                    Some(replaced) => replaced(payload, &noticing.under_way),
                    None => A::run(payload, &noticing.under_way, &self.state),
                };
                let mut agent = pin!(caught(with_tools(&noticing.under_way, agent)));
                let answer = within(&noticing.under_way, agent.as_mut()).await;
                let stopped = agent.stop();
                if let Answer::Came(Ok(_)) = &answer {
                    noticing.under_way.has_returned();
                }
                (answer, stopped)
            };
            let kind = match answer {
                Answer::Came(Ok(Ok(output))) => {
                    let handoff = Handoff {
                        source: A::ID,
                        target: begin.target,
                        max_output_tokens: A::MAX_OUTPUT_TOKENS,
                        confidence: call.head.confidence,
                        warnings: call.take_warnings(),
                    };
                    let confidence = handoff.confidence;
                    return match self.scope.pass_output(handoff, output) {
                        Ok(handed) => {
                            self.keeper.keep(&self.scope, &handed, begin.target);
                            Ok(handed)
                        }
                        Err(refused) => {
                            let mut error = kept::<A>(*refused, confidence);
                            call.put_back(error.take_warnings());
                            Err(error)
                        }
                    };
                }
                Answer::Came(Ok(Err(failure))) => kind_of(failure),
                Answer::Came(Err(message)) => ErrorKind::Panicked { message },
                late @ (Answer::Late | Answer::Idle) => {
                    // What it had begun is stopped before anything else begins.
                    yield_now().await;
                    if let Err(message) = stopped {
                        let message = format!("panicked while it was stopped: {message}");
                        call.notice(message);
                    }
                    let options = self.scope.settings().agents.calls::<A>();
                    let idle = options.idle_timeout().filter(|_| matches!(late, Answer::Idle));
                    if let Some(after) = idle {
                        let message = format!("it has shown no sign of life for {after:?} (`idle_timeout`)");
                        call.notice(message);
                    }
                    ErrorKind::TimedOut { after: idle.or(begin.timeout).unwrap_or_default() }
                }
                Answer::ShutDown => ErrorKind::Cancelled { by: CancelledBy::Tokio },
            };
            Err(self.fail::<A>(kind))
        }
    }
}

#[cold]
fn kind_of(failure: Failure) -> ErrorKind {
    match failure {
        Failure::Agent(error) => ErrorKind::Agent(error),
        Failure::Contract(violation) => ErrorKind::Contract(violation),
        Failure::Truncated(finish) => ErrorKind::Truncated { finish },
        Failure::TooLarge { allowed, found } => ErrorKind::LimitExceeded {
            limit: Limit::PayloadBytes,
            allowed: allowed as u64,
            found: found as u64,
        },
        Failure::Halted(kind) => kind,
        Failure::ShutDown => ErrorKind::Cancelled { by: CancelledBy::Tokio },
    }
}

/// An output that is too large is one that was paid for, and maybe all that somebody wants.
#[cold]
fn kept<A: AgentSpec>((error, output): (PipelineError, A::Output), confidence: Confidence) -> PipelineError {
    if !error.kind().is_of_size() {
        return error;
    }
    let record = Record::refused(&error, A::ID, confidence, Of::Agent, One::of(output));
    error.keep(record)
}

/// An attempt, and where what is noticed in it goes.
struct Noticing<'a, 'b> {
    under_way: Attempt<'a>,
    noticed: &'b mut Vec<Warning>,
}

impl Drop for Noticing<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        // Without a context there is nothing that an agent could have said.
        if self.under_way.context.get().is_some() {
            self.noticed.append(&mut self.under_way.take_warnings());
            self.under_way.leave_kept();
        }
    }
}

/// A call of an agent, from its first attempt to its last. If it is dropped under way because the
/// run is stopped, the run's error tells who it was, and what had been noticed.
struct Call<'a> {
    scope: &'a Scope,
    agent: &'static AgentId,
    /// Of what came in.
    head: Head,
    /// How much had been noticed before.
    before: usize,
    /// In the call.
    noticed: Vec<Warning>,
    ended: bool,
}

impl<'a> Call<'a> {
    fn new(scope: &'a Scope, agent: &'static AgentId, head: Head) -> Self {
        let before = head.warnings.len();
        Self { scope, agent, head, before, noticed: Vec::new(), ended: false }
    }

    fn notice(&mut self, message: String) {
        let warning = self.scope.warning(self.agent, message);
        self.scope.observe_warning(&warning);
        self.noticed.push(warning);
    }

    /// An attempt has failed: how long to wait before the next one, and why it has.
    ///
    /// `may_try` says which attempt it was, and the agent's own backoff, if there may be another.
    ///
    /// # Errors
    ///
    /// The call fails with it.
    #[cold]
    fn failed(
        &mut self,
        guard: &TaskGuard,
        attempt: SpanId,
        may_try: Option<(u32, Option<&Backoff>)>,
        error: PipelineError,
    ) -> Result<(Duration, ErrorKind), PipelineError> {
        if self.scope.is_over() && !error.kind().ends_the_run() {
            // It may have failed because of that, and is stopped like any other.
            self.scope.end(attempt, PartOutcome::Stopped);
            return Err(error);
        }
        let again = may_try.filter(|_| error.kind().is_retryable() && !guard.is_over());
        let again = again.map(|(number, backoff)| (number, self.pause_after(backoff, number, error.kind())));
        self.scope.fail_attempt(attempt, &error, again.map(|(_, retry_in)| retry_in));
        let Some((number, retry_in)) = again else {
            return Err(error.after(self.end()));
        };
        self.notice(format!("attempt {number} failed: {}", one_line(&words(error.kind()))));
        Ok((retry_in, error.into_kind()))
    }

    /// How long to wait after an attempt that failed so.
    fn pause_after(&self, backoff: Option<&Backoff>, attempt: u32, error: &ErrorKind) -> Duration {
        let backoff = backoff.unwrap_or(&self.scope.settings().backoff).pause_after(attempt);
        match error.retry_after() {
            Some(asked) => {
                let longest = self.scope.time_left().unwrap_or(Verdict::LONGEST_PAUSE);
                asked.min(longest).max(backoff)
            }
            None => backoff,
        }
    }

    /// It has ended by itself; what was noticed goes with its error.
    fn end(&mut self) -> Warnings {
        self.ended = true;
        self.take_warnings()
    }

    /// What had been noticed before the call and was in it.
    fn take_warnings(&mut self) -> Warnings {
        let mut warnings = std::mem::take(&mut self.head.warnings);
        if !self.noticed.is_empty() {
            warnings.extend(self.noticed.drain(..));
        }
        warnings
    }

    /// An attempt whose output was refused may not be the last.
    fn put_back(&mut self, mut warnings: Warnings) {
        self.noticed = warnings.split_off(self.before);
        self.head.warnings = warnings;
    }
}

impl Drop for Call<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.ended {
            let Self { scope, agent, .. } = *self;
            scope.interrupted(agent, || self.take_warnings());
        }
    }
}
