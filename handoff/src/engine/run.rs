//! One run: what is said of it before it begins, and the future of its result.

mod supervised;

pub(super) use supervised::{Begun, Input, Pipeline, Supervised, Watch, begin, course, own_of, refused};

use super::Context;
use super::common::Common;
use super::halt::{CancelHandle, Halt};
use super::nesting::Outer;
use super::observer::Observer;
use super::origin::Origin;
use super::trace::Exported;
use crate::envelope::Envelope;
use crate::error::{ErrorKind, PipelineError};
use crate::trace::{TraceId, TraceParent};
use std::cell::OnceCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::runtime::Handle;

/// A run of a pipeline: a future of its result.
///
/// Nothing happens before it is first polled, so its options are set before that:
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
/// Dropping it stops the run, and loses its results so far. Its [cancel handle](Self::cancel_handle) stops
/// the run as well, from anywhere; the future then resolves to an error that says where the run was.
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

    /// Returns the run's id, which is known before the run ends.
    ///
    /// It is the trace id of its [`traceparent`](Self::traceparent), or a random one. If the runtime has a
    /// `propagator` (feature `tracing`), it is that of the span in which this is called or, if that comes
    /// first, the run is first polled.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.options.origin().trace_id
    }

    /// Sets the operation elsewhere that the run is part of, whose trace it continues.
    ///
    /// The trace id becomes the run's, and agents pass its flags on
    /// ([`Context::traceparent`](crate::Context::traceparent)). It has no effect on a run that has been
    /// polled.
    pub fn traceparent(mut self, parent: TraceParent) -> Self {
        if let Stage::Waiting(_) = self.stage {
            self.options.origin = OnceCell::from(Origin::from(parent));
        }
        self
    }

    /// Sets the longest that the run may take, from its first poll.
    ///
    /// It can shorten [`Limits::deadline`](crate::Limits::deadline) and not extend it. It has no effect on a
    /// run that has been polled.
    pub fn deadline(mut self, time: Duration) -> Self {
        let shorter = self.options.deadline.map_or(time, |deadline| deadline.min(time));
        self.options.deadline = Some(shorter);
        self
    }

    /// Adds an observer, which is told what happens in this run.
    ///
    /// It is also told of the runs that agents [start](crate::Runtime#runs-in-agents) as parts of this one,
    /// on any runtime. Each of them reports as a run of its own, and they may report at the same time; this
    /// run is the first that starts. It has no effect on a run that has been polled.
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

    /// Makes the run a part of the run that calls an agent.
    ///
    /// Runs that the agent itself [starts](crate::Runtime#runs-in-agents) are that already: this is for a run
    /// that is started on the agent's behalf elsewhere, such as in a task that the agent has spawned. It has
    /// no effect on a run that has been polled.
    pub fn within(mut self, cx: &Context) -> Self {
        if let Stage::Waiting(_) = self.stage {
            let outer = cx.outer();
            self.options.origin = OnceCell::from(Origin::from(outer.trace));
            self.options.outer = Some(outer);
        }
        self
    }

    /// Makes the run independent of the agent that [starts](crate::Runtime#runs-in-agents) it, which it may
    /// outlive.
    ///
    /// It keeps the trace. It has no effect on a run that has been polled.
    pub fn detached(mut self) -> Self {
        self.options.outer = None;
        self
    }

    /// Returns a handle that cancels the run from elsewhere.
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
