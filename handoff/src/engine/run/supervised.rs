//! What is done for a run from its start to its end, on whatever engine.

use super::{Course, Options};
use crate::agent::{AgentId, AgentSpec, Config, Target};
use crate::contract::Confidence;
use crate::describe::Description;
use crate::engine::away::Driving;
use crate::engine::clock::{inside, timer, wait_at_most};
use crate::engine::common::Common;
use crate::engine::fan_out::GRACE;
use crate::engine::halt::{Halt, Interrupted, Reason};
use crate::engine::nesting::{Here, placed};
use crate::engine::observer::Outcome;
use crate::engine::runtime::Runtime;
use crate::engine::scope::{Alive, Scope};
use crate::engine::shutdown::Entered;
use crate::engine::task_guard::{AllGone, TaskGuard};
use crate::engine::tokio::TokioEngine;
use crate::engine::trace::Span;
use crate::engine::{Drive, Engine as _, Handoff};
use crate::envelope::{Envelope, Warning, Warnings};
use crate::error::{CancelledBy, ErrorKind, Of, PipelineError, Record};
use crate::panics::guarded;
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use pin_project_lite::pin_project;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::coop::unconstrained;
use tokio::time::Instant;

/// What a run begins with.
pub(in crate::engine) struct Input<T> {
    pub(in crate::engine) payload: T,
    pub(in crate::engine) confidence: Confidence,
    pub(in crate::engine) warnings: Warnings,
}

/// The whole of a run, which begins now.
pub(in crate::engine) fn course<P, S>(
    runtime: Runtime<S>,
    options: Options,
    input: Input<P::Input>,
) -> Course<P::Output>
where
    P: Drive<TokioEngine<S>>,
    S: Send + Sync + 'static,
{
    let Runtime { common, state } = runtime;
    let trace_id = options.origin().trace_id;
    let pipeline = Pipeline::of::<P>();
    let Begun { tokio, watch, guard, supervised, held } = match begin(common, options, &pipeline) {
        Ok(begun) => begun,
        Err(kind) => return Box::pin(ready(Err(refused(kind, P::ID, trace_id)))),
    };
    let here = Here::new(guard.clone(), None);
    let engine = TokioEngine::new(supervised.scope.clone(), state, guard);
    // Guarded as a whole; agents are guarded one by one, so this is for everything else of the user's.
    let drive = placed(here, drive::<P, S>(engine, input));
    let drive =
        if P::CONFIG.leaves() { Driving::away(drive, &tokio, &watch.span) } else { Driving::here(drive) };
    let drive = inside(tokio, watch.span.around(supervised.drive::<P, _>(drive)));
    Box::pin(Watched { drive, watch, _held: held })
}

/// The error of a run that has not begun.
pub(in crate::engine) fn refused(
    kind: ErrorKind,
    pipeline: &'static AgentId,
    trace_id: TraceId,
) -> PipelineError {
    PipelineError::new(kind, AgentId::CALLER.clone(), trace_id).in_pipeline(pipeline, pipeline.clone())
}

pin_project! {
    /// A run that is under way, in the order in which its parts end. Not an `async` block, which would keep it twice.
    struct Watched<F> {
        #[pin]
        drive: F,
        watch: Watch,
        _held: Held,
    }
}

impl<T, F: Future<Output = Result<Envelope<T>, PipelineError>>> Future for Watched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.drive.poll(cx).map(|outcome| {
            this.watch.end(&outcome);
            outcome
        })
    }
}

/// A run that has begun.
pub(in crate::engine) struct Begun {
    pub(in crate::engine) tokio: Handle,
    pub(in crate::engine) watch: Watch,
    pub(in crate::engine) guard: TaskGuard,
    pub(in crate::engine) supervised: Supervised,
    pub(in crate::engine) held: Held,
}

/// What is under way as long as the run is, in the order in which it ends.
pub(in crate::engine) struct Held {
    _alive: Alive,
    /// Whoever waits for what it is part of waits until it has told how it ended.
    _part_of: Option<TaskGuard>,
    _under_way: Option<Entered>,
}

/// What is run, without its type.
pub(in crate::engine) struct Pipeline {
    id: &'static AgentId,
    config: &'static Config,
    describe: fn() -> Description,
    /// Where it is gone on with, how much is kept of it.
    resumed: Option<u64>,
}

impl Pipeline {
    pub(in crate::engine) fn of<P: AgentSpec>() -> Self {
        Self { id: P::ID, config: P::CONFIG, describe: Description::of::<P>, resumed: None }
    }

    /// The same, gone on with where so much is kept.
    pub(in crate::engine) fn resumed(self, resumed: Option<u64>) -> Self {
        Self { resumed, ..self }
    }
}

/// Begins a run.
///
/// # Errors
///
/// Why it cannot begin.
pub(in crate::engine) fn begin(
    common: Arc<Common>,
    options: Options,
    pipeline: &Pipeline,
) -> Result<Begun, ErrorKind> {
    let origin = options.origin();
    let Options { deadline, halt, outer, observers, .. } = options;
    let tokio = common.timers.find()?;
    let outer = match outer.map(|outer| outer.enter(&halt)) {
        Some(None) => return Err(ErrorKind::Cancelled { by: CancelledBy::Outer }),
        outer => outer.flatten(),
    };
    let under_way = match &outer {
        // What is under way is let finish, with all that it takes.
        Some((outer, _)) if outer.scope.is_below(&common) => None,
        _ => Some(common.runs.enter(&halt)?),
    };
    if deadline == Some(Duration::ZERO) {
        halt.halt(Reason::Deadline(Duration::ZERO));
    }
    if let Some(reason) = halt.reason() {
        return Err(reason.kind());
    }
    let started = Instant::now();
    let by = deadline.and_then(|deadline| Some((started.checked_add(deadline)?, deadline)));
    let (outer, above) = outer.unzip();
    let part_of = above.clone();
    let config = pipeline.config;
    let scope = Scope::new(&origin, config, common, Arc::clone(&halt), by, outer, observers);
    let alive = scope.alive();
    let watch = Watch::start(scope.clone(), pipeline, started);
    let (guard, gone) = TaskGuard::of_run(scope.clone(), above);
    let supervised = Supervised { halt, started, deadline, gone, scope };
    let held = Held { _alive: alive, _part_of: part_of, _under_way: under_way };
    Ok(Begun { tokio, watch, guard, supervised, held })
}

/// Takes the input through the stages of the pipeline.
#[allow(clippy::manual_async_fn)] // it would keep each argument twice
fn drive<P, S>(
    engine: TokioEngine<S>,
    input: Input<P::Input>,
) -> impl Future<Output = Result<Envelope<P::Output>, PipelineError>> + Send
where
    P: Drive<TokioEngine<S>>,
    S: Send + Sync + 'static,
{
    async move {
        let handoff = Handoff {
            source: AgentId::CALLER,
            target: Target::of::<P>(),
            max_output_tokens: None,
            confidence: input.confidence,
            warnings: input.warnings,
        };
        let received = engine.scope().hand_off(handoff, input.payload);
        let received = received.map_err(|error| engine.scope().in_pipeline(error, P::ID))?;
        let outcome = P::drive(&engine, received, Target::caller()).await;
        let kept = engine.keeper().take();
        let (payload, head) = outcome.map_err(|error| error.keep_before(kept))?.split();
        Ok(engine.scope().envelope(payload, head))
    }
}

/// What ends a run if it does not end by itself.
pub(in crate::engine) struct Supervised {
    pub(in crate::engine) halt: Arc<Halt>,
    started: Instant,
    deadline: Option<Duration>,
    /// Resolves when nothing that the run started is left.
    pub(in crate::engine) gone: AllGone,
    pub(in crate::engine) scope: Scope,
}

impl Supervised {
    /// Drives the run until it is done or halted. A run that is done after it was halted has been
    /// halted: whoever did it is not told otherwise, and what exceeds a limit is no result.
    #[allow(clippy::manual_async_fn)] // it would keep the run twice
    fn drive<P: AgentSpec, F>(
        mut self,
        mut drive: Driving<F>,
    ) -> impl Future<Output = Result<Envelope<P::Output>, PipelineError>> + Send
    where
        F: Future<Output = Result<Envelope<P::Output>, PipelineError>> + Send,
    {
        async move {
            let came = self.until_halted(&mut drive).await;
            // In a task of its own it may have come to its end by the time that the halt was heard of.
            let came = came.or_else(|| drive.ended());
            if let Some(limit) = self.deadline
                && matches!(came, Some(Ok(Ok(_))))
                && self.started.elapsed() > limit
            {
                self.halt.halt(Reason::Deadline(limit));
            }
            if self.halt.has_inner() && self.halt.reason().is_none() {
                // What its agents have started and not waited for ends with it.
                self.halt.end();
                let _ = Box::pin(wait_at_most(GRACE, &mut self.gone)).await;
            }
            match (self.halt.reason(), came) {
                (None, Some(Ok(outcome))) => outcome.map_err(|error| self.scope.told(error.blame(P::ENTRY))),
                (None, Some(Err(message))) => {
                    let kept = self.gone.try_recv().unwrap_or_default();
                    Err(self.fail::<P>(ErrorKind::Panicked { message }, P::ID).keep_before(kept))
                }
                (reason, came) => {
                    let reason = reason.cloned().unwrap_or(Reason::Cancelled(CancelledBy::Tokio));
                    drive.stop();
                    let (own, kept) = match came {
                        Some(Ok(Err(error))) => own_of(&reason, error),
                        // It came too late, and was paid for all the same.
                        Some(Ok(Ok(envelope))) => (None, vec![Record::too_late(envelope)]),
                        Some(Err(_)) | None => (None, Vec::new()),
                    };
                    // Boxed: hardly any run is stopped.
                    Err(Box::pin(self.stopped::<P>(&reason, own)).await.keep_after(kept, P::ID))
                }
            }
        }
    }

    /// `None` where it was halted first.
    async fn until_halted<F: Future>(&self, drive: &mut Driving<F>) -> Option<Result<F::Output, String>> {
        let halt = &*self.halt;
        // Heard also where what is driven takes all that tokio lets a task do in its turn, each time.
        let mut over = pin!(unconstrained(halt.over()));
        let mut timer = pin!(self.deadline.map(|deadline| unconstrained(timer(deadline))));
        poll_fn(|cx| {
            if halt.reason().is_some() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(output) = Pin::new(&mut *drive).poll(cx) {
                return Poll::Ready(output);
            }
            if over.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            let Some(timer) = timer.as_mut().as_pin_mut() else {
                return Poll::Pending;
            };
            timer.poll(cx).map(|ticked| {
                halt.halt(match ticked {
                    Ok(()) => Reason::Deadline(self.deadline.unwrap_or_default()),
                    Err(_) => Reason::Cancelled(CancelledBy::Tokio),
                });
                None
            })
        })
        .await
    }

    /// Waits for what is left, and says who was at work.
    async fn stopped<P: AgentSpec>(mut self, reason: &Reason, own: Option<PipelineError>) -> PipelineError {
        let gone = wait_at_most(GRACE, &mut self.gone).await;
        let in_time = gone.is_ok();
        let left = gone.ok().and_then(Result::ok).unwrap_or_default();
        let (error, mut warnings) = self.stopped_by(P::ID, reason, own, left);
        if !in_time {
            let message = format!(
                "a part of the stopped run was still running after {GRACE:?}: does it block its thread?"
            );
            let warning = Warning::new(P::ID.clone(), message);
            self.scope.observe_warning(&warning);
            warnings.push(warning);
        }
        error.after(warnings)
    }

    /// The error of a run that has been stopped, which says who was at work, and what had been noticed. `left` is what its
    /// tasks had come to.
    pub(in crate::engine) fn stopped_by(
        &self,
        pipeline: &'static AgentId,
        reason: &Reason,
        own: Option<PipelineError>,
        mut left: Vec<Record>,
    ) -> (PipelineError, Vec<Warning>) {
        // Each task before those in it.
        left.sort_by(|one, other| one.task.cmp(&other.task));
        let interrupted = self.halt.take_interrupted();
        let error = own.unwrap_or_else(|| {
            let (agent, task, tasks) = match (reason, &*interrupted) {
                (Reason::Limit { agent, task, .. }, _) => (*agent, task.clone(), Vec::new()),
                (_, [call]) => (call.agent, call.task.clone(), Vec::new()),
                // Many are in the same plight: none of the tasks is to blame.
                (_, [call, ..]) => (call.agent, None, tasks_of(call.agent, &interrupted)),
                (_, []) => (pipeline, None, Vec::new()),
            };
            let mut error = self.scope.error(reason.kind(), agent);
            if let Some(task) = task {
                error = error.in_task(&task, None);
            }
            self.scope.in_pipeline(error.in_tasks(tasks), pipeline)
        });
        let stopped = left.iter().filter(|record| record.of == Of::Stopped);
        let mut warnings: Vec<_> = stopped.flat_map(|record| record.warnings.iter().cloned()).collect();
        warnings.extend(interrupted.into_iter().flat_map(Interrupted::warnings));
        (error.keep_before(left), warnings)
    }

    fn fail<P: AgentSpec>(&self, kind: ErrorKind, agent: &AgentId) -> PipelineError {
        self.scope.in_pipeline(self.scope.error(kind, agent), P::ID)
    }
}

/// What a run that has been stopped has failed with itself: its error if it has heard of it, and knows its way here;
/// else what that had kept.
pub(in crate::engine) fn own_of(
    reason: &Reason,
    mut error: PipelineError,
) -> (Option<PipelineError>, Vec<Record>) {
    if reason.is(error.kind()) {
        return (Some(error), Vec::new());
    }
    let kept = error.take_kept();
    let _ = guarded(|| drop(error));
    (None, kept)
}

/// The tasks in which calls of the agent were cut short, in order.
fn tasks_of(agent: &'static AgentId, interrupted: &[Interrupted]) -> Vec<TaskPath> {
    let is_it = |call: &&Interrupted| call.agent == agent && call.agent.module() == agent.module();
    let mut tasks: Vec<_> = interrupted.iter().filter(is_it).filter_map(|call| call.task.clone()).collect();
    tasks.dedup();
    tasks
}

/// Tells whoever watches how a run ends, be it by being dropped.
pub(in crate::engine) struct Watch {
    scope: Scope,
    pub(in crate::engine) span: Span,
    pipeline: &'static str,
    started: Instant,
    ended: bool,
}

impl Watch {
    fn start(scope: Scope, pipeline: &Pipeline, started: Instant) -> Self {
        let Pipeline { id, config: _, describe, resumed } = *pipeline;
        let pipeline = &*id.name;
        // Where the run is first polled, so that its span stands below the caller's own.
        let span = scope.observe_start(pipeline, describe, resumed);
        Self { scope, span, pipeline, started, ended: false }
    }

    pub(in crate::engine) fn end<T>(&mut self, outcome: &Result<T, PipelineError>) {
        self.ended = true;
        self.tell(match outcome {
            Ok(_) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(error),
        });
    }

    fn tell(&self, outcome: Outcome<'_>) {
        if self.scope.is_watched() {
            self.scope.observe_end(self.pipeline, self.started.elapsed(), outcome);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(Outcome::Dropped);
        }
    }
}
