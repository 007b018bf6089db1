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
/// Build one for the application and share it: runs do not borrow from it, and any number may be under way at
/// once. `S` is the application's state, from which agents take their resources.
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
    /// Returns a builder with the defaults: no state, no observer, tokens counted in `o200k_base`.
    #[cfg(feature = "o200k")]
    pub fn builder() -> Builder {
        Self::counting(crate::budget::O200kBase)
    }

    /// Returns a builder with this token counter, which should be that of the model behind the agents.
    ///
    /// It is the only way to build a runtime if the feature `o200k` is off.
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
    /// A runtime with the defaults of [`Runtime::builder`].
    fn default() -> Self {
        Self::builder().build()
    }
}

impl<S> Runtime<S> {
    pub(super) fn of(state: S, settings: Settings) -> Self {
        Self { common: Arc::new(Common::new(settings)), state: Arc::new(state) }
    }

    /// Shuts the runtime and its clones down: waits for the runs under way, and then cancels the rest.
    ///
    /// New runs are refused from now on ([`ErrorKind::ShuttingDown`]). Those under way have `grace` to end,
    /// on tokio's clock; then they are cancelled ([`ErrorKind::Cancelled`]), and have two seconds to stop.
    ///
    /// A run that is [started by an agent](Self#runs-in-agents) of a run under way is part of that run, and
    /// is not refused.
    ///
    /// A run is under way from its first poll until it has ended or is dropped; one that was created before
    /// and is first polled now is refused like a new one. A shutdown cannot be undone: build another runtime.
    ///
    /// The result tells what became of the runs that were under way at the first call. The method may be
    /// called again, also concurrently: each call waits for its own grace, the shortest grace decides when
    /// the rest is cancelled, and all calls report the same runs.
    ///
    /// Outside a tokio runtime, or in one without timers, waiting is impossible: the runs under way are
    /// cancelled at once, and are counted in [`Shutdown::left`].
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before the future is first polled; the tokio runtime that polls it first provides its
    /// clock. From then on new runs are refused, even if the future is dropped; in that case the runs under
    /// way go on until they end, unless `shutdown` is called again.
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
    /// Runs a pipeline on an input, and returns its output in an envelope.
    ///
    /// Pass the pipeline by its name: `runtime.run(research, question)`. A single agent is run as a pipeline
    /// of one stage. The input is a handoff to the first agent, and the output of the last one is a handoff
    /// to `caller`. Options of this run alone are set between the call and the `await`: a
    /// [deadline](Run::deadline), the [trace](Run::traceparent) that it belongs to.
    ///
    /// # Errors
    ///
    /// Resolves to a [`PipelineError`](crate::PipelineError) that names the agent, the task and the cause.
    /// Panics of agents are caught. Outside a tokio runtime, or in one without timers, the error is
    /// [`ErrorKind::NoRuntime`]; without timers, the message of tokio's own panic, which is caught, appears
    /// on standard error.
    ///
    /// [`ErrorKind::NoRuntime`]: crate::ErrorKind::NoRuntime
    ///
    /// # Cancellation
    ///
    /// Nothing happens before the future is first polled. From then on the run uses the timers and tasks of
    /// the tokio runtime that polled it first, wherever it is polled later. Dropping the future stops the
    /// run: an agent that it drives itself is dropped at once, those in fan-outs at their next await point.
    /// To stop a run and still learn how it ended, use its [cancel handle](Run::cancel_handle).
    ///
    /// # Ambient values of the caller
    ///
    /// A value of `tokio::task_local!` that the caller has set around the future is visible in all agents of
    /// the run, or in none: in none if the pipeline has fan-outs, joins, races or blocking agents, since
    /// those run in other tasks and on other threads. Such a run is driven in a task of its own, which makes
    /// progress even while nobody polls the future, and is stopped when the future is dropped.
    /// [`Builder::carry`](crate::Builder::carry) carries the value to all agents. Spans of `tracing` surround
    /// all agents, with the feature of that name.
    ///
    /// # Runs in agents
    ///
    /// A run that an agent starts is part of the run that calls the agent, on whatever runtime and in
    /// whatever task it is awaited:
    ///
    /// - It is stopped with the agent, when that times out or is stopped by its barrier, and with the outer
    ///   run, which waits until it has stopped. If the agent does not wait for it, it ends with the outer run
    ///   at the latest. It then fails with [`CancelledBy::Outer`](crate::CancelledBy::Outer).
    /// - During a [shutdown](Self::shutdown) of the same runtime it may begin and end as long as the outer
    ///   run may go on.
    /// - The tokens of its models count against the [limits](crate::Limits) of both.
    /// - It has the outer run's trace id, and the attempt of the agent as its parent.
    ///
    /// This applies to every run that is created while the agent is polled, or on its thread if it is
    /// [`blocking`](macro@crate::agent), and to [`Context::run`]. For a run that is created elsewhere there
    /// is [`Run::within`]; to make a run independent of the outer one there is [`Run::detached`].
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
    /// A thread that an agent blocks, and a task that it has detached, cannot be stopped from outside and go
    /// on ([`Context::cancelled`](crate::Context::cancelled) tells them to end). If a blocked thread is the
    /// one that drives tokio's timers, timeouts fire late. A panic in a destructor that runs because of a
    /// panic aborts the process, and so does every panic if the program is built with `panic = "abort"`.
    pub fn run<P, Arguments>(&self, pipeline: impl Names<P, Arguments>, input: P::Input) -> Run<P::Output>
    where
        P: Drive<TokioEngine<S>>,
    {
        let input = Input { payload: input, confidence: Confidence::FULL, warnings: Warnings::default() };
        self.begin(pipeline, input)
    }

    /// Runs a pipeline on the result of another run, or of a part of one.
    ///
    /// Unlike [`run`](Self::run), it starts with the confidence and the warnings of the envelope, so that
    /// gates test that confidence, and the result has those warnings, too. The payload is handed over like
    /// any input: its contract is checked, its tokens are counted, and its source is `caller`.
    ///
    /// The envelope may be the result of a run, what a failed run had [kept](crate::Kept::envelope), or one
    /// that was [read from JSON](Envelope::from_json):
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
    /// Returns the errors of [`run`](Self::run).
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
    /// Runs a pipeline as [part of this run](Runtime#runs-in-agents), on the same runtime.
    ///
    /// The runtime's limits, observers and token counter apply.
    ///
    /// An agent does not know the type of the state of the runtime that calls it, so this is for pipelines
    /// whose agents take no resources. Run others with [`Runtime::run`], on a runtime that the agent takes
    /// from its state; they are part of this run as well.
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
    /// Returns the errors of [`Runtime::run`].
    pub fn run<P, Arguments>(&self, pipeline: impl Names<P, Arguments>, input: P::Input) -> Run<P::Output>
    where
        P: Drive<TokioEngine<()>>,
    {
        let runtime = Runtime { common: Arc::clone(self.scope().common()), state: Arc::new(()) };
        runtime.run(pipeline, input).within(self)
    }
}

impl<S> Clone for Runtime<S> {
    /// Creates another handle to the same runtime: state, limits and [shutdown](Self::shutdown) are shared.
    fn clone(&self) -> Self {
        Self { common: Arc::clone(&self.common), state: Arc::clone(&self.state) }
    }
}

impl<S> fmt::Debug for Runtime<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("meter", &self.common.settings.meter).finish_non_exhaustive()
    }
}
