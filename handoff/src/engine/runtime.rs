//! The embedded runtime: what runs share.

use super::builder::Builder;
use super::common::{Common, Settings};
use super::run::{Input, Run, course};
use super::shutdown::Shutdown;
use super::tokio::TokioEngine;
use super::{Context, Drive};
use crate::budget::TokenCounter;
use crate::contract::Confidence;
use crate::envelope::{Envelope, Warnings};
use crate::pipeline::Names;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

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
    pub(super) common: Arc<Common>,
    pub(super) state: Arc<S>,
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
        Builder::counting(counter)
    }
}

#[cfg(feature = "o200k")]
impl Default for Runtime {
    /// What [`Runtime::builder`] gives without a word more.
    fn default() -> Self {
        Self::builder().build()
    }
}

impl<S> Runtime<S> {
    pub(super) fn of(state: S, settings: Settings) -> Self {
        Self { common: Arc::new(Common::new(settings)), state: Arc::new(state) }
    }

    /// Brings all runs to an end, of this runtime and of its clones: refuses new ones from now on
    /// ([`ErrorKind::ShuttingDown`]), waits until those under way have ended, for as long as
    /// `grace` at most, on tokio's clock, and then cancels the rest ([`ErrorKind::Cancelled`]) and
    /// waits for them to stop, for two seconds at most.
    ///
    /// What a run under way [starts itself](Self#runs-in-agents) is part of it, and is not refused.
    ///
    /// A run is under way from its first poll until it has ended or is dropped; one that was made
    /// before and is polled only now is refused like a new one. There is no way back: build another
    /// runtime.
    ///
    /// Tells what became of the runs that were under way at the first call. It may be called again,
    /// and by several at once: each waits for as long as its own grace, the shortest decides when
    /// the rest is cancelled, and all are told the same runs.
    ///
    /// Outside a tokio runtime, or in one without timers, there is nothing to wait by: what is
    /// under way is cancelled at once, and is in [`Shutdown::left`].
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before the future is first polled, in the tokio runtime by whose clock it waits from then on. Once
    /// it has been, new runs are refused
    /// even if it is dropped; those under way then go on for as long as they take, unless it is
    /// called again.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let runtime = Runtime::default();
    /// // … on SIGTERM:
    /// let runs = runtime.shutdown(Duration::from_secs(20)).await;
    /// assert_eq!((runs.ended, runs.cancelled, runs.left), (0, 0, 0));
    /// # }
    /// ```
    ///
    /// [`ErrorKind::ShuttingDown`]: crate::ErrorKind::ShuttingDown
    /// [`ErrorKind::Cancelled`]: crate::ErrorKind::Cancelled
    pub async fn shutdown(&self, grace: Duration) -> Shutdown {
        self.common.runs.shut_down(grace, self.common.timers.find().ok()).await
    }
}

impl<S: Send + Sync + 'static> Runtime<S> {
    /// Runs a pipeline: takes the input through the door to its first agent, and comes back with
    /// the last one's output in an envelope addressed to `caller`.
    ///
    /// The pipeline's name is what is passed: `runtime.run(research, question)`. An agent alone is
    /// run as a pipeline of one stage. What is said of this run only goes between the call and the
    /// `await`: a [deadline](Run::deadline), the [trace](Run::traceparent) that it belongs to.
    ///
    /// # Errors
    ///
    /// The future ends in a [`PipelineError`](crate::PipelineError) that names the agent, the task and the cause. No
    /// panic of an agent leaves it. Outside a tokio runtime, or in one without timers, it is
    /// [`ErrorKind::NoRuntime`]; in the latter case tokio's own panic message, which is caught,
    /// shows up on standard error.
    ///
    /// [`ErrorKind::NoRuntime`]: crate::ErrorKind::NoRuntime
    ///
    /// # Cancellation
    ///
    /// Nothing happens before the future is first polled. From then on the run stays with the tokio runtime that it was
    /// polled in, whose timers and tasks it has, wherever it is polled later. Dropping it stops the run: an agent of
    /// its own is dropped at once, those in fan-outs at their next await point. To end it and still
    /// hear of it, use its [cancel handle](Run::cancel_handle).
    ///
    /// # What is around the caller
    ///
    /// A value of `tokio::task_local!` that the caller has put around the future is there in all agents of the
    /// run, or in none: in none where the pipeline has fan-outs, joins, races or agents that block, since those
    /// are called in other tasks and on other threads. Such a run is driven in a task of its own, also while
    /// nobody polls its future, and goes with it. [`Builder::carry`](crate::Builder::carry) takes the value
    /// along. Spans of `tracing` are around all agents, with the feature of that name.
    ///
    /// # Runs in agents
    ///
    /// A run that an agent starts is a part of the run that calls the agent, on whatever runtime and in whatever task it
    /// is awaited:
    ///
    /// - It is stopped with the agent, where that times out or is stopped by its barrier, and with the outer
    ///   run; whoever stops that waits for it, too. One that the agent does not wait for ends with the outer
    ///   run, at the latest. It ends in [`CancelledBy::Outer`](crate::CancelledBy::Outer).
    /// - A [shutdown](Self::shutdown) of the same runtime lets it begin and end as long as the outer run is let.
    /// - What its models take counts against the [limits](crate::Limits) of both.
    /// - It has the outer run's trace id, and the attempt of the agent as its parent.
    ///
    /// That is so of every run that is made while the agent is polled, or on its thread if it is
    /// [`blocking`](macro@crate::agent), and of [`Context::run`]. For one that is made elsewhere there is
    /// [`Run::within`], and for one that is to be a run of its own [`Run::detached`].
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[agent] async fn look_up(word: String) -> usize { word.len() }
    /// pipeline! { pub depth(String) -> usize { look_up } }
    ///
    /// #[derive(Clone, FromRef)]
    /// pub struct App {
    ///     inner: Runtime,
    /// }
    ///
    /// #[agent(timeout = "10s")]
    /// async fn think(word: String, State(inner): State<Runtime>) -> Result<usize, PipelineError> {
    ///     Ok(inner.run(depth, word).await?.payload)
    /// }
    ///
    /// pipeline! { pub outer(String) -> usize { think } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), PipelineError> {
    /// let runtime = Runtime::builder().state(App { inner: Runtime::default() }).build();
    /// assert_eq!(runtime.run(outer, "word".to_owned()).await?.payload, 4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # What cannot be promised
    ///
    /// A thread that an agent blocks, and a task that it detached, go on: they cannot be stopped
    /// from outside ([`Context::cancelled`](crate::Context::cancelled) tells them). A blocked
    /// thread may also be the one that drives tokio's timers; then timeouts fire late. A panic in
    /// the drop of something that is dropped because of a panic aborts the process, and so does
    /// every panic where the program is built with `panic = "abort"`.
    pub fn run<P, Arguments>(&self, pipeline: impl Names<P, Arguments>, input: P::Input) -> Run<P::Output>
    where
        P: Drive<TokioEngine<S>>,
    {
        let input = Input { payload: input, confidence: Confidence::FULL, warnings: Warnings::default() };
        self.begin(pipeline, input)
    }

    /// Runs a pipeline on what came of another run, or of a part of one: as [`run`](Self::run) does, but with the
    /// confidence and the warnings of the envelope, so that a gate sees how sure the payload is, and the result says what
    /// was noticed on the way to it. The payload goes through the door like any input: its contract is checked, its
    /// tokens are counted, and it comes from `caller`.
    ///
    /// The envelope is the result of a run, what a failed one had [kept](crate::Kept::envelope), or one that was
    /// [read](Envelope::from_json):
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[contract] pub struct Draft { pub text: String, #[confidence] pub confidence: f64 }
    /// # #[agent] async fn write(topic: String) -> Draft { Draft { text: topic, confidence: 0.7 } }
    /// # static UP: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    /// #[agent]
    /// async fn publish(draft: Draft) -> Result<String, &'static str> {
    ///     // …
    /// #   if UP.swap(true, std::sync::atomic::Ordering::SeqCst) { Ok(draft.text) } else { Err("down") }
    /// }
    ///
    /// pipeline! { article(String) -> String { write => gate(confidence >= 0.6) => publish } }
    /// pipeline! { rest(Draft) -> String { gate(confidence >= 0.6) => publish } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), PipelineError> {
    /// # let runtime = Runtime::default();
    /// let error = runtime.run(article, "tides".to_owned()).await.unwrap_err();
    /// // The draft was paid for, and only the rest is run again.
    /// let draft = error.kept().rev().find_map(|kept| kept.envelope::<Draft>()).unwrap();
    /// let published = runtime.run_from(rest, draft).await?;
    /// assert_eq!(published.confidence.get(), 0.7);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As those of [`run`](Self::run).
    pub fn run_from<P, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        envelope: Envelope<P::Input>,
    ) -> Run<P::Output>
    where
        P: Drive<TokioEngine<S>>,
    {
        let Envelope { confidence, warnings, payload, .. } = envelope;
        self.begin(pipeline, Input { payload, confidence, warnings })
    }

    fn begin<P, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        input: Input<P::Input>,
    ) -> Run<P::Output>
    where
        P: Drive<TokioEngine<S>>,
    {
        // The function is the pipeline's name in the value namespace: its type says it all.
        drop(pipeline);
        let runtime = self.clone();
        let Settings { limits, exported, .. } = &self.common.settings;
        Run::new(exported.clone(), limits.deadline, move |options| course::<P, S>(runtime, options, input))
    }
}

/// Runs in agents.
impl Context {
    /// Runs a pipeline as [part of this run](Runtime#runs-in-agents), on its runtime: with its limits, its observer and
    /// its token counter.
    ///
    /// An agent does not know what the state of the runtime is that calls it, so this is for pipelines whose agents take
    /// nothing of it. Others are run with [`Runtime::run`], on a runtime that the agent has in its state; that is part of
    /// this run as well.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[agent] async fn look_up(word: String) -> usize { word.len() }
    /// pipeline! { depth(String) -> usize { look_up } }
    ///
    /// #[agent]
    /// async fn think(words: Vec<String>, cx: Context) -> Result<usize, PipelineError> {
    ///     let mut sum = 0;
    ///     for word in words {
    ///         sum += cx.run(depth, word).await?.payload;
    ///     }
    ///     Ok(sum)
    /// }
    ///
    /// pipeline! { outer(Vec<String>) -> usize { think } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), PipelineError> {
    /// let words = vec!["tide".to_owned(), "moon".to_owned()];
    /// assert_eq!(Runtime::default().run(outer, words).await?.payload, 8);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As those of [`Runtime::run`].
    pub fn run<P, Arguments>(&self, pipeline: impl Names<P, Arguments>, input: P::Input) -> Run<P::Output>
    where
        P: Drive<TokioEngine<()>>,
    {
        let runtime = Runtime { common: Arc::clone(self.scope().common()), state: Arc::new(()) };
        runtime.run(pipeline, input).within(self)
    }
}

impl<S> Clone for Runtime<S> {
    /// The same runtime: state, limits and [shutdown](Self::shutdown) are shared.
    fn clone(&self) -> Self {
        Self { common: Arc::clone(&self.common), state: Arc::clone(&self.state) }
    }
}

impl<S> fmt::Debug for Runtime<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("meter", &self.common.settings.meter).finish_non_exhaustive()
    }
}
