//! The embedded runtime: what runs share, and how one is started.

use super::clock::Timers;
use super::guard::caught_or;
use super::observer::{Event, Observer, Outcome};
use super::scope::{Scope, Settings};
use super::tokio::TokioEngine;
use super::trace::Span;
use super::{Drive, Driven, Engine as _, Handoff};
use crate::agent::{AgentId, Target};
use crate::budget::{Meter, TokenCounter};
use crate::contract::Confidence;
use crate::envelope::{Envelope, TraceId};
use crate::error::{ErrorKind, PipelineError};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Runs pipelines on tokio.
///
/// Build one for the application and share it: runs borrow nothing from it, and any number may be
/// under way at once. `S` is the application's state, from which agents take their resources.
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct Text { pub text: String }
///
/// #[agent]
/// async fn shout(text: Text) -> Text {
///     Text { text: text.text.to_uppercase() }
/// }
///
/// pipeline! { pub loudly(Text) -> Text { shout } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let runtime = Runtime::default();
/// let loud = runtime.run(loudly, Text { text: "handoff".into() }).await?;
/// assert_eq!(loud.payload.text, "HANDOFF");
/// # Ok(())
/// # }
/// ```
pub struct Runtime<S = ()> {
    settings: Arc<Settings>,
    state: Arc<S>,
    permits: Arc<Semaphore>,
    timers: Arc<Timers>,
}

impl Runtime {
    /// Starts from the defaults: no state, tokens counted in `o200k_base`, nobody watching.
    #[cfg(feature = "o200k")]
    pub fn builder() -> Builder {
        Self::counting(crate::budget::O200kBase)
    }

    /// Starts from the defaults, but for the token counter: that of the model behind the agents.
    /// The only way to start where the feature `o200k` is off.
    ///
    /// ```
    /// use handoff::Runtime;
    /// use handoff::budget::Utf8Bytes;
    ///
    /// let runtime = Runtime::counting(Utf8Bytes).build();
    /// # let _ = runtime;
    /// ```
    pub fn counting(counter: impl TokenCounter) -> Builder {
        Builder {
            state: (),
            meter: Meter::new(counter),
            observer: None,
            min_confidence: Confidence::ZERO,
            limits: Limits::default(),
            backoff: Backoff::default(),
        }
    }
}

#[cfg(feature = "o200k")]
impl Default for Runtime {
    /// What [`Runtime::builder`] gives without a word more.
    fn default() -> Self {
        Self::builder().build()
    }
}

impl<S: Send + Sync + 'static> Runtime<S> {
    /// Runs a pipeline: takes the input through the door to its first agent, and comes back with
    /// the last one's output in an envelope addressed to `caller`.
    ///
    /// The pipeline's name is what is passed: `runtime.run(research, question)`.
    ///
    /// # Errors
    ///
    /// The future ends in a [`PipelineError`] that names the agent, the task and the cause. No
    /// panic of an agent leaves it. Outside a tokio runtime, or in one without timers, it is
    /// [`ErrorKind::NoRuntime`]; in the latter case tokio's own panic message, which is caught,
    /// shows up on standard error.
    ///
    /// # Cancellation
    ///
    /// Nothing happens before the future is first polled. Dropping it stops the run: an agent of
    /// its own is dropped at once, those in fan-outs at their next await point.
    ///
    /// # What cannot be promised
    ///
    /// A thread that an agent blocks, and a task that it detached, go on: they cannot be stopped
    /// from outside ([`Context::cancelled`](crate::Context::cancelled) tells them). A blocked
    /// thread may also be the one that drives tokio's timers; then timeouts fire late. A panic in
    /// the drop of something that is dropped because of a panic aborts the process, and so does
    /// every panic where the program is built with `panic = "abort"`.
    pub fn run<P>(&self, pipeline: fn() -> P, input: P::Input) -> Run<P::Output>
    where
        P: Drive<TokioEngine<S>>,
    {
        // The function is the pipeline's name in the value namespace: its type says it all.
        let _ = pipeline;
        let trace_id = TraceId::random();
        let (scope, alive) = Scope::new(trace_id, Arc::clone(&self.settings));
        let engine = TokioEngine::new(scope.clone(), Arc::clone(&self.state), Arc::clone(&self.permits));
        let timers = Arc::clone(&self.timers);
        let future = async move {
            let fail = |kind, agent: &AgentId| {
                PipelineError::new(kind, agent.clone(), trace_id).in_pipeline(&P::ID.name)
            };
            let _alive = alive;
            if let Err(kind) = timers.find() {
                return Err(fail(kind, AgentId::CALLER));
            }
            let mut watch = Watch::start(scope, &P::ID.name);
            let drive = async {
                let handoff = Handoff {
                    source: AgentId::CALLER,
                    target: Target::of::<P>(),
                    max_output_tokens: None,
                    confidence: Confidence::FULL,
                    warnings: Vec::new(),
                };
                let received = engine.scope().hand_off(handoff, input);
                let received = received.map_err(|error| error.in_pipeline(&P::ID.name))?;
                P::drive(&engine, received, Target::caller()).await
            };
            // Agents are guarded one by one; this is for everything else of the user's.
            let guarded = caught_or(drive, |message| fail(ErrorKind::Panicked { message }, P::ID));
            // The caller's input is bad: who reads it first says so.
            let outcome = watch.span.around(guarded).await.map_err(|error| error.blame(P::ENTRY));
            watch.end(&outcome);
            outcome
        };
        Run { trace_id, future: Box::pin(future) }
    }
}

impl<S> Clone for Runtime<S> {
    /// The same runtime: state and limits are shared.
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            state: Arc::clone(&self.state),
            permits: Arc::clone(&self.permits),
            timers: Arc::clone(&self.timers),
        }
    }
}

impl<S> fmt::Debug for Runtime<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("meter", &self.settings.meter).finish_non_exhaustive()
    }
}

/// A run under way: a future of its result.
///
/// # Cancel safety
///
/// Dropping it stops the run, and loses what it had done.
#[must_use = "a run does nothing unless it is awaited"]
pub struct Run<T> {
    trace_id: TraceId,
    future: Driven<'static, T>,
}

impl<T> Run<T> {
    /// The run's id, known before it ends.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }
}

impl<T> Future for Run<T> {
    type Output = Result<Envelope<T>, PipelineError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.future.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Run<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("trace_id", &self.trace_id).finish_non_exhaustive()
    }
}

/// Tells the observer how a run ends, be it by being dropped.
struct Watch {
    scope: Scope,
    span: Span,
    pipeline: &'static str,
    started: Instant,
    ended: bool,
}

impl Watch {
    fn start(scope: Scope, pipeline: &'static str) -> Self {
        // Made where the run is first polled, so that it stands below the caller's own.
        let span = Span::run(pipeline, scope.trace_id());
        span.inside(|| scope.observe(&Event::RunStarted { pipeline }));
        Self { scope, span, pipeline, started: Instant::now(), ended: false }
    }

    fn end<T>(&mut self, outcome: &Result<Envelope<T>, PipelineError>) {
        self.ended = true;
        self.tell(match outcome {
            Ok(_) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(error),
        });
    }

    fn tell(&self, outcome: Outcome<'_>) {
        let (pipeline, elapsed) = (self.pipeline, self.started.elapsed());
        self.span.inside(|| self.scope.observe(&Event::RunEnded { pipeline, outcome, elapsed }));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(Outcome::Dropped);
        }
    }
}

/// Sets up a [`Runtime`].
#[must_use = "a builder does nothing until `build`"]
pub struct Builder<S = ()> {
    state: S,
    meter: Meter,
    observer: Option<Arc<dyn Observer>>,
    min_confidence: Confidence,
    limits: Limits,
    backoff: Backoff,
}

impl<S> Builder<S> {
    /// The application's state, from which agents take their resources: see
    /// [`FromRef`](crate::FromRef).
    pub fn state<T>(self, state: T) -> Builder<T> {
        let Self { state: _, meter, observer, min_confidence, limits, backoff } = self;
        Builder { state, meter, observer, min_confidence, limits, backoff }
    }

    /// Counts tokens with this counter: that of the model behind the agents. The default is
    /// [`O200kBase`](crate::budget::O200kBase).
    pub fn tokens(mut self, counter: impl TokenCounter) -> Self {
        self.meter = Meter::new(counter);
        self
    }

    /// Tells this observer what happens in the runs.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Raises every gate to at least this confidence; lowers none.
    pub fn min_confidence(mut self, confidence: Confidence) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Bounds what runs may take.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long to wait before an agent is tried again.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Builds the runtime. The token counter's vocabulary is loaded here, so that no run waits
    /// for it: some 10 ms for the default one, once in a process.
    pub fn build(self) -> Runtime<S> {
        let Self { state, meter, observer, min_confidence, limits, backoff } = self;
        let meter = meter.max_bytes(limits.payload_bytes);
        meter.warm();
        let permits = limits.tasks_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        Runtime {
            settings: Arc::new(Settings { meter, observer, min_confidence, backoff }),
            state: Arc::new(state),
            permits: Arc::new(Semaphore::new(permits)),
            timers: Arc::default(),
        }
    }
}

impl<S> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("meter", &self.meter)
            .field("min_confidence", &self.min_confidence)
            .field("limits", &self.limits)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}

/// What the runs of a runtime may take together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    tasks_in_flight: usize,
    payload_bytes: usize,
}

impl Limits {
    /// Tasks of fan-outs under way at once, over all runs of the runtime. What is beyond waits
    /// for its turn; it is no error. At least 1; the default is 1,024. A fan-out always has one
    /// task under way, even beyond the limit, so that nested ones cannot block each other.
    #[must_use]
    pub fn tasks_in_flight(mut self, tasks: usize) -> Self {
        self.tasks_in_flight = tasks;
        self
    }

    /// Bytes of one payload's JSON; more is [`ErrorKind::LimitExceeded`]. The default is 8 MiB
    /// ([`DEFAULT_MAX_BYTES`](crate::budget::DEFAULT_MAX_BYTES)).
    #[must_use]
    pub fn payload_bytes(mut self, bytes: usize) -> Self {
        self.payload_bytes = bytes;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { tasks_in_flight: 1024, payload_bytes: crate::budget::DEFAULT_MAX_BYTES }
    }
}

/// How long to wait before an agent is tried again: twice as long after every failure, up to a
/// bound, and then some random part between a half and all of it, so that agents that failed
/// together do not come back together ("equal jitter", as in [Exponential Backoff And
/// Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Waits at most `first` after the first failure, and never more than `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// How long to wait after so many failed attempts, at least one.
    pub(crate) fn pause_after(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let bound = self.first.saturating_mul(doubled).min(self.longest);
        let half = bound / 2;
        half + half.mul_f64(fastrand::f64())
    }
}

impl Default for Backoff {
    /// At most 200 ms first, 10 s at the longest.
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(10))
    }
}
