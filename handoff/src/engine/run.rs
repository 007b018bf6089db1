//! One run, from its first poll to its end.

use super::Context;
use super::away::Driving;
use super::clock::{inside, timer, wait_at_most};
use super::common::Common;
use super::fan_out::GRACE;
use super::halt::{CancelHandle, Halt, Interrupted, Reason};
use super::nesting::{Here, Outer, placed};
use super::observer::{Observer, Outcome};
use super::origin::Origin;
use super::runtime::Runtime;
use super::scope::{Alive, Scope};
use super::shutdown::Entered;
use super::task_guard::{AllGone, TaskGuard};
use super::tokio::TokioEngine;
use super::trace::{Exported, Span};
use super::{Drive, Engine as _, Handoff};
use crate::agent::{AgentId, AgentSpec, Config, Target};
use crate::contract::Confidence;
use crate::describe::Description;
use crate::envelope::{Envelope, Warning, Warnings};
use crate::error::{CancelledBy, ErrorKind, Of, PipelineError, Record};
use crate::panics::guarded;
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use crate::trace::TraceParent;
use pin_project_lite::pin_project;
use std::cell::OnceCell;
use std::fmt;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::coop::unconstrained;
use tokio::time::Instant;

/// A run: a future of its result. Nothing happens before it is first polled, so what is to be said
/// of it comes first:
///
/// ```
/// use handoff::prelude::*;
/// use std::time::Duration;
///
/// # #[agent] async fn shout(text: String) -> String { text.to_uppercase() }
/// # pipeline! { pub loudly(String) -> String { shout } }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = Runtime::default();
/// # let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let loud = runtime
///     .run(loudly, "handoff".to_owned())
///     .traceparent(header.parse()?)
///     .deadline(Duration::from_secs(30))
///     .await?;
/// assert_eq!(loud.trace_id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// # Ok(())
/// # }
/// ```
///
/// # Cancel safety
///
/// Dropping it stops the run, and loses what it had done. Its [cancel handle](Self::cancel_handle)
/// stops it too, from anywhere, and then it ends in an error that says where it was.
#[must_use = "a run does nothing unless it is awaited"]
pub struct Run<T> {
    options: Options,
    stage: Stage<T>,
}

enum Stage<T> {
    /// Not polled yet; taken with the first poll.
    Waiting(Option<Start<T>>),
    UnderWay(Course<T>),
    /// Nothing of it is left.
    Over,
}

type Start<T> = Box<dyn FnOnce(Options) -> Course<T> + Send>;

/// A run from its first poll to its end.
pub(super) type Course<T> = Pin<Box<dyn Future<Output = Result<Envelope<T>, PipelineError>> + Send>>;

/// What is said of one run.
#[derive(Clone)]
pub(super) struct Options {
    /// Found out where somebody asks, and with the first poll.
    origin: OnceCell<Origin>,
    exported: Exported,
    deadline: Option<Duration>,
    halt: Arc<Halt>,
    /// The attempt that it is started by.
    outer: Option<Outer>,
    /// Who hears of it, beside those who hear of all runs of its runtime.
    observers: Vec<Arc<dyn Observer>>,
}

impl Options {
    /// Of a run of this trace, of which nothing else is said.
    pub(super) fn of(origin: Origin) -> Self {
        Self {
            origin: OnceCell::from(origin),
            exported: Exported::default(),
            deadline: None,
            halt: Arc::new(Halt::new()),
            outer: None,
            observers: Vec::new(),
        }
    }

    /// What ends the run from elsewhere.
    pub(super) fn halt(&self) -> &Arc<Halt> {
        &self.halt
    }

    /// The tokio runtime here, for a run of these options that has something to do before it begins.
    ///
    /// # Errors
    ///
    /// Why it would not begin.
    pub(super) fn may_begin(&self, common: &Common) -> Result<Handle, ErrorKind> {
        if let Some(reason) = self.halt.reason() {
            return Err(reason.kind());
        }
        // What is part of another run is let finish with that.
        if self.outer.is_none() && common.runs.is_closed() {
            return Err(ErrorKind::ShuttingDown);
        }
        common.timers.find()
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Those of a run whose trace and whose deadline are kept elsewhere.
    pub(super) fn kept(self, origin: Origin) -> Self {
        Self { origin: OnceCell::from(origin), deadline: None, ..self }
    }

    pub(super) fn origin(&self) -> Origin {
        *self.origin.get_or_init(|| match self.exported.current() {
            Some(around) => Origin::from(around),
            None => Origin::from(TraceId::random()),
        })
    }
}

impl<T> Run<T> {
    pub(super) fn new(
        exported: Exported,
        deadline: Option<Duration>,
        start: impl FnOnce(Options) -> Course<T> + Send + 'static,
    ) -> Self {
        let halt = Arc::new(Halt::new());
        let outer = Outer::find();
        let origin =
            outer.as_ref().map_or_else(OnceCell::new, |outer| OnceCell::from(Origin::from(outer.trace)));
        let options = Options { origin, exported, deadline, halt, outer, observers: Vec::new() };
        if !options.exported.is_asked() {
            options.origin();
        }
        Self { options, stage: Stage::Waiting(Some(Box::new(start))) }
    }

    /// The run's id, known before it ends: that of its [`traceparent`](Self::traceparent), or a random one.
    /// Where the runtime has a `propagator` (feature `tracing`), that of the span in which this is called or,
    /// before that, the run is first polled.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.options.origin().trace_id
    }

    /// Continues a trace that began elsewhere: its trace id becomes the run's, and agents hand its
    /// flags on ([`Context::traceparent`](crate::Context::traceparent)). Without effect on a run
    /// that has been polled.
    pub fn traceparent(mut self, parent: TraceParent) -> Self {
        if let Stage::Waiting(_) = self.stage {
            self.options.origin = OnceCell::from(Origin::from(parent));
        }
        self
    }

    /// How long the run may take, from its first poll: see
    /// [`Limits::deadline`](crate::Limits::deadline), which this can shorten and not extend.
    /// Without effect on a run that has been polled.
    pub fn deadline(mut self, time: Duration) -> Self {
        let shorter = self.options.deadline.map_or(time, |deadline| deadline.min(time));
        self.options.deadline = Some(shorter);
        self
    }

    /// Tells this observer, too, what happens in this run, and in those that its agents
    /// [start](crate::Runtime#runs-in-agents) as parts of it, on whatever runtime. Each tells of itself as a run of its
    /// own, at the same time as the others, and the first that starts is this one. Without effect on a run that has been
    /// polled.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use std::sync::mpsc;
    ///
    /// # #[agent] async fn shout(text: String) -> String { text.to_uppercase() }
    /// # pipeline! { pub loudly(String) -> String { shout } }
    /// struct Calls(mpsc::Sender<String>);
    ///
    /// impl Observer for Calls {
    ///     fn observe(&self, _: TraceId, event: &Event<'_>) {
    ///         if let Event::AttemptStarted { agent, .. } = event {
    ///             let _ = self.0.send(agent.to_string());
    ///         }
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), PipelineError> {
    /// let (calls, called) = mpsc::channel();
    /// Runtime::default().run(loudly, "handoff".to_owned()).observer(Calls(calls)).await?;
    /// assert_eq!(called.iter().collect::<Vec<_>>(), ["shout"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.options.observers.push(Arc::new(observer));
        self
    }

    /// Makes it a part of the run that calls an agent, as one that the agent itself
    /// [starts](crate::Runtime#runs-in-agents) is anyway: for a run that is started on the agent's behalf
    /// elsewhere, such as in a task that the agent has spawned. Without effect on a run that has been polled.
    pub fn within(mut self, cx: &Context) -> Self {
        if let Stage::Waiting(_) = self.stage {
            let outer = cx.outer();
            self.options.origin = OnceCell::from(Origin::from(outer.trace));
            self.options.outer = Some(outer);
        }
        self
    }

    /// Makes it a run of its own, though an agent [starts](crate::Runtime#runs-in-agents) it: it may outlive
    /// the agent. Its trace is the same. Without effect on a run that has been polled.
    pub fn detached(mut self) -> Self {
        self.options.outer = None;
        self
    }

    /// A handle that ends the run from elsewhere.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle::of(&self.options.halt)
    }
}

impl<T> Future for Run<T> {
    type Output = Result<Envelope<T>, PipelineError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Self { options, stage } = &mut *self;
        if let Stage::Waiting(start) = stage
            && let Some(start) = start.take()
        {
            options.origin();
            *stage = Stage::UnderWay(start(options.clone()));
        }
        match stage {
            Stage::UnderWay(driven) => driven.as_mut().poll(cx).map(|outcome| {
                *stage = Stage::Over;
                outcome
            }),
            // Unreachable: it was there, and is under way until it is over, after which nobody polls it.
            Stage::Waiting(_) | Stage::Over => Poll::Pending,
        }
    }
}

impl<T> Drop for Run<T> {
    /// Before anything of it is dropped: what waits for its turn elsewhere is not to begin.
    fn drop(&mut self) {
        self.options.halt.end();
    }
}

impl<T> fmt::Debug for Run<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { origin, deadline, .. } = &self.options;
        let mut shown = f.debug_struct("Run");
        if let Some(Origin { trace_id, parent, span: _ }) = origin.get() {
            shown.field("trace_id", trace_id).field("parent", parent);
        }
        shown.field("deadline", deadline).finish_non_exhaustive()
    }
}

/// What a run begins with.
pub(super) struct Input<T> {
    pub(super) payload: T,
    pub(super) confidence: Confidence,
    pub(super) warnings: Warnings,
}

/// The whole of a run, which begins now.
pub(super) fn course<P, S>(runtime: Runtime<S>, options: Options, input: Input<P::Input>) -> Course<P::Output>
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
pub(super) fn refused(kind: ErrorKind, pipeline: &'static AgentId, trace_id: TraceId) -> PipelineError {
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
pub(super) struct Begun {
    pub(super) tokio: Handle,
    pub(super) watch: Watch,
    pub(super) guard: TaskGuard,
    pub(super) supervised: Supervised,
    pub(super) held: Held,
}

/// What is under way as long as the run is, in the order in which it ends.
pub(super) struct Held {
    _alive: Alive,
    /// Whoever waits for what it is part of waits until it has told how it ended.
    _part_of: Option<TaskGuard>,
    _under_way: Option<Entered>,
}

/// What is run, without its type.
pub(super) struct Pipeline {
    id: &'static AgentId,
    config: &'static Config,
    describe: fn() -> Description,
    /// Where it is gone on with, how much is kept of it.
    resumed: Option<u64>,
}

impl Pipeline {
    pub(super) fn of<P: AgentSpec>() -> Self {
        Self { id: P::ID, config: P::CONFIG, describe: Description::of::<P>, resumed: None }
    }

    /// The same, gone on with where so much is kept.
    pub(super) fn resumed(self, resumed: Option<u64>) -> Self {
        Self { resumed, ..self }
    }
}

/// Begins a run.
///
/// # Errors
///
/// Why it cannot begin.
pub(super) fn begin(common: Arc<Common>, options: Options, pipeline: &Pipeline) -> Result<Begun, ErrorKind> {
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
pub(super) struct Supervised {
    pub(super) halt: Arc<Halt>,
    started: Instant,
    deadline: Option<Duration>,
    /// Resolves when nothing that the run started is left.
    pub(super) gone: AllGone,
    pub(super) scope: Scope,
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
                "what was stopped with the run had not stopped after {GRACE:?}: does it block its thread?"
            );
            let warning = Warning::new(P::ID.clone(), message);
            self.scope.observe_warning(&warning);
            warnings.push(warning);
        }
        error.after(warnings)
    }

    /// The error of a run that has been stopped, which says who was at work, and what had been noticed. `left` is what its
    /// tasks had come to.
    pub(super) fn stopped_by(
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
pub(super) fn own_of(reason: &Reason, mut error: PipelineError) -> (Option<PipelineError>, Vec<Record>) {
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
pub(super) struct Watch {
    scope: Scope,
    pub(super) span: Span,
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

    pub(super) fn end<T>(&mut self, outcome: &Result<T, PipelineError>) {
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
