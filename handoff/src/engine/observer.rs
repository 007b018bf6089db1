//! Watching runs from outside.

use crate::agent::{AgentId, Usage};
use crate::budget::TokenCount;
use crate::contract::{Confidence, Fingerprint};
use crate::error::{ErrorKind, PipelineError};
use crate::task_path::TaskPath;
use crate::trace::TraceId;
use crate::trace::TraceParent;
use std::time::Duration;

/// Hears what happens in the runs of a runtime; see
/// [`Builder::observer`](crate::Builder::observer).
///
/// It is called in the middle of the run, on the run's thread, so it should be quick: count, log,
/// send to a channel. A panic in it is caught and does not touch the run.
///
/// ```
/// use handoff::prelude::*;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Default)]
/// struct Handoffs(AtomicU64);
///
/// impl Observer for Handoffs {
///     fn observe(&self, _trace: TraceId, event: &Event<'_>) {
///         if let Event::Handoff { .. } = event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let runtime = Runtime::builder().observer(Handoffs::default()).build();
/// # let _ = runtime;
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Called for every event of every run. What happens one after the other in a run is told in
    /// that order; tasks of a fan-out tell of what they do at the same time, from many threads.
    fn observe(&self, trace: TraceId, event: &Event<'_>);

    /// Whether [`Event::Handoff`] is to show the payload, and [`Event::Progress`] what has come. They are shown to
    /// nobody by default.
    fn wants_payloads(&self) -> bool {
        false
    }
}

/// What happens in a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A run has started. One that is refused, because the runtime is being shut down or it was
    /// cancelled before, has not.
    #[non_exhaustive]
    RunStarted {
        /// The pipeline that is run.
        pipeline: &'static str,
        /// The operation elsewhere that it is part of, if its caller said so.
        parent: Option<TraceParent>,
    },
    /// A payload has passed the door: it keeps its contract and fits the budgets.
    ///
    /// There is one for a run's input, for each output of an agent, for each item of a fan-out and
    /// for what a barrier hands on. An output may still stop on its way: at a gate, at a barrier
    /// that is not passed, or in a `race` that another branch has won.
    #[non_exhaustive]
    Handoff {
        /// Who made it.
        source: &'a AgentId,
        /// The agent that it is on its way to.
        target: &'a AgentId,
        /// The task of a fan-out in which it is handed over: its index in the innermost one.
        task: Option<usize>,
        /// The same task, after those that its fan-out is in.
        task_path: Option<&'a TaskPath>,
        /// Its size.
        tokens: &'a TokenCount,
        /// Its contract.
        schema: Fingerprint,
        /// How sure it is.
        confidence: Confidence,
        /// Its JSON, for an observer that [wants it](Observer::wants_payloads).
        payload: Option<&'a str>,
    },
    /// An attempt of an agent came to nothing by itself; one that is stopped with its barrier or
    /// its run does not show.
    #[non_exhaustive]
    AttemptFailed {
        /// The agent.
        agent: &'a AgentId,
        /// The task of a fan-out in which it was called: its index in the innermost one.
        task: Option<usize>,
        /// The same task, after those that its fan-out is in.
        task_path: Option<&'a TaskPath>,
        /// Which attempt, from 1.
        attempt: u32,
        /// Why.
        error: &'a ErrorKind,
        /// How long until the next one; `None` where there is none.
        retry_in: Option<Duration>,
    },
    /// An agent says how far it is: see [`Context::progress`](crate::Context::progress).
    #[non_exhaustive]
    Progress {
        /// The agent.
        agent: &'a AgentId,
        /// The task of a fan-out in which it was called: its index in the innermost one.
        task: Option<usize>,
        /// The same task, after those that its fan-out is in.
        task_path: Option<&'a TaskPath>,
        /// Which attempt, from 1.
        attempt: u32,
        /// How much is done, in whatever the agent counts.
        done: u64,
        /// What has come in addition, for an observer that [wants it](Observer::wants_payloads).
        text: Option<&'a str>,
    },
    /// A run has ended. Nothing is told of it after that, though a thread that an agent blocks may go on; but for what
    /// another thread is in the middle of telling.
    #[non_exhaustive]
    RunEnded {
        /// The pipeline that was run.
        pipeline: &'static str,
        /// How it ended.
        outcome: Outcome<'a>,
        /// How long it took, on tokio's clock.
        elapsed: Duration,
        /// What its models took: the sum over what their agents said ([`Reply::usage`](crate::Reply::usage),
        /// [`Context::spend`](crate::Context::spend)), in failed attempts too.
        usage: Usage,
    },
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// With a result.
    Succeeded,
    /// With this error; one of [`ErrorKind::Cancelled`] where it was stopped from outside.
    Failed(&'a PipelineError),
    /// Its future was dropped before it had ended.
    Dropped,
}
