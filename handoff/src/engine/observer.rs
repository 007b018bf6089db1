//! Watching runs from outside.

use super::place::Place;
use super::signals::SignalId;
use crate::agent::{AgentId, FinishReason, Usage};
use crate::barrier::Policy;
use crate::budget::TokenCount;
use crate::contract::{Confidence, Fingerprint};
use crate::describe::Description;
use crate::envelope::{Warning, Warnings};
use crate::error::{ErrorKind, PipelineError};
use crate::task_path::TaskPath;
use crate::trace::{TraceId, TraceParent};
use std::fmt;
use std::time::Duration;

/// An observer of runs: of all runs of a runtime, or of a single one.
///
/// It is added with [`Builder::observer`](crate::Builder::observer) or
/// [`Run::observer`](crate::Run::observer).
///
/// It is called in the middle of the run, on the run's threads, so it should be quick: count, log, send to a
/// channel. Meanwhile other events of the same run wait, on any thread; other runs do not. A panic in an
/// observer is caught, and affects neither the run nor other observers.
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
///
/// # A run as a tree
///
/// Every event has a [`Place`], so that the events can be assembled into a tree: `span` is a node, and
/// `parent` the enclosing one. The crate `handoff-log` does so: it writes a run to a file, and shows it as a
/// page.
///
/// ```
/// use handoff::SpanId;
/// use handoff::prelude::*;
/// use std::collections::HashMap;
/// use std::sync::{Arc, Mutex};
///
/// # #[agent] async fn plan(goal: String) -> Vec<String> { vec![goal, "rest".to_owned()] }
/// #[agent(retries = 1)]
/// async fn work(step: String, cx: Context) -> Result<String, &'static str> {
///     if step == "rest" && cx.attempt() == 1 { Err("not tired yet") } else { Ok(step) }
/// }
/// # #[agent] async fn merge(steps: Vec<String>) -> String { steps.join(", ") }
///
/// pipeline! { pub day(String) -> String { plan => fan_out(|steps| steps, max = 8) work => barrier(all) => merge } }
///
/// /// Writes down what starts, as far to the right as it is deep in the run.
/// #[derive(Clone, Default)]
/// struct Outline(Arc<Mutex<(HashMap<SpanId, usize>, String)>>);
///
/// impl Observer for Outline {
///     fn observe(&self, _: TraceId, event: &Event<'_>) {
///         let name = match event {
///             Event::RunStarted { pipeline, .. } => format!("run of {pipeline}"),
///             Event::PipelineStarted { pipeline, .. } => pipeline.to_string(),
///             Event::FanOutStarted { kind, width, policy, .. } => format!("{kind} to {width}, {policy}"),
///             Event::TaskStarted { index, .. } => format!("task {index}"),
///             Event::RoundStarted { round, .. } => format!("round {round}"),
///             Event::FallbackStarted { agent, .. } => format!("{agent} instead"),
///             Event::AttemptStarted { agent, attempt, .. } => format!("{agent}, attempt {attempt}"),
///             _ => return,
///         };
///         let at = event.at();
///         let (depths, text) = &mut *self.0.lock().unwrap();
///         let depth = at.parent.and_then(|parent| depths.get(&parent)).map_or(0, |above| above + 1);
///         depths.insert(at.span, depth);
///         *text += &format!("{:1$}{name}\n", "", 2 * depth);
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// # let backoff = Backoff::new(std::time::Duration::ZERO, std::time::Duration::ZERO);
/// # let runtime = Runtime::builder().backoff(backoff).build();
/// let outline = Outline::default();
/// runtime.run(day, "work".to_owned()).observer(outline.clone()).await?;
/// let (_, text) = &*outline.0.lock().unwrap();
/// assert_eq!(
///     text,
///     "\
/// run of day
///   plan, attempt 1
///   fan_out to 2, all
///     task 0
///       work, attempt 1
///     task 1
///       work, attempt 1
///       work, attempt 2
///   merge, attempt 1
/// "
/// );
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an observer",
    label = "does not implement `Observer`",
    note = "implement `Observer` for a type of yours: `fn observe(&self, trace: TraceId, event: &Event<'_>) {{ … }}`"
)]
pub trait Observer: Send + Sync + 'static {
    /// Called for every event of a run, in the order in which they happen, one at a time.
    ///
    /// That holds on however many threads the run goes on. Different runs report at the same time, even if
    /// one is part of the other.
    ///
    /// Events that an observer causes are reported, to all observers, after the current one: an observer may
    /// add a warning with a [`Context`](crate::Context), cancel a run or drop one. It must neither wait for
    /// the run that it observes nor poll it: the events of that would be reported in the middle of the
    /// current one.
    fn observe(&self, trace: TraceId, event: &Event<'_>);

    /// Returns whether the observer is shown payloads. The default is `false`.
    ///
    /// Payloads are those of [`Event::Handoff`], the text of [`Event::Progress`], and the question of
    /// [`Event::SignalWaits`].
    fn wants_payloads(&self) -> bool {
        false
    }
}

/// An event in a run, with the [place](Place) where it happens.
///
/// Whatever takes time has a start and exactly one end, even if it is stopped. Everything inside it starts
/// after it and ends before it, and no event of it follows its end, on however many threads the run goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A run has started.
    ///
    /// A run that is refused, because the runtime is being shut down or it was cancelled before, does not
    /// start.
    #[non_exhaustive]
    RunStarted {
        /// The run.
        at: &'a Place,
        /// The pipeline.
        pipeline: &'static str,
        /// The operation elsewhere that the run is part of, if there is one.
        ///
        /// For a run that an agent has [started](crate::Runtime#runs-in-agents), it is the attempt of the
        /// agent.
        parent: Option<TraceParent>,
        /// Returns the description of the pipeline.
        describe: fn() -> Description,
    },
    /// A [durable](crate::durable) run is resumed, maybe by another process than the one that started it.
    ///
    /// Events that were reported before are not reported again; what was under way then is not known.
    #[non_exhaustive]
    RunResumed {
        /// The run.
        at: &'a Place,
        /// The pipeline.
        pipeline: &'static str,
        /// The operation elsewhere that the run is part of, as when it started.
        parent: Option<TraceParent>,
        /// Returns the description of the pipeline.
        describe: fn() -> Description,
        /// The number of calls and timers that had ended before.
        entries: u64,
    },
    /// A run has ended. No event of it follows, though a thread that an agent blocks may go on.
    #[non_exhaustive]
    RunEnded {
        /// The run.
        at: &'a Place,
        /// The pipeline.
        pipeline: &'static str,
        /// The way the run ended.
        outcome: Outcome<'a>,
        /// The time that the run took, on tokio's clock.
        elapsed: Duration,
        /// The tokens that the run's models took, as far as their agents reported it, failed attempts
        /// included.
        ///
        /// It is the sum over [`Reply::usage`](crate::Reply::usage) and
        /// [`Context::spend`](crate::Context::spend).
        usage: Usage,
    },
    /// A nested pipeline has started: a stage of another one, or the chain of a fan-out's tasks.
    #[non_exhaustive]
    PipelineStarted {
        /// The pipeline.
        at: &'a Place,
        /// The pipeline.
        pipeline: &'a AgentId,
    },
    /// A nested pipeline has ended.
    #[non_exhaustive]
    PipelineEnded {
        /// The pipeline.
        at: &'a Place,
        /// The pipeline.
        pipeline: &'a AgentId,
        /// The way it ended.
        outcome: PartOutcome<'a>,
    },
    /// A fan-out, a join or a race has started.
    #[non_exhaustive]
    FanOutStarted {
        /// The fan-out.
        at: &'a Place,
        /// Whether it is a fan-out, a join or a race.
        kind: FanOutKind,
        /// The source of the items, as it is written: a field, or a closure.
        of: Option<&'static str>,
        /// The agent or pipeline that each item goes through; for a join or a race, the enclosing pipeline.
        agent: &'a AgentId,
        /// The number of tasks or branches.
        width: usize,
        /// The condition under which it succeeds.
        policy: Policy,
    },
    /// A fan-out, a join or a race has ended, and with it all its tasks.
    ///
    /// The counts are of how tasks ended by themselves. The barrier may count more failures: tasks that its
    /// deadline has stopped have failed for it, and so have those that ended after the deadline.
    #[non_exhaustive]
    FanOutEnded {
        /// The fan-out.
        at: &'a Place,
        /// Whether it was a fan-out, a join or a race.
        kind: FanOutKind,
        /// The agent or pipeline, as at the start.
        agent: &'a AgentId,
        /// The tasks that have succeeded, or were recovered.
        succeeded: usize,
        /// The tasks that have failed.
        failed: usize,
        /// The tasks that have neither succeeded nor failed: they were stopped, or never started.
        stopped: usize,
        /// The outcome, as the barrier decided it.
        outcome: PartOutcome<'a>,
    },
    /// A task of a fan-out has started, or a branch of a join or a race.
    #[non_exhaustive]
    TaskStarted {
        /// The task.
        at: &'a Place,
        /// The agent or pipeline that the item goes through.
        agent: &'a AgentId,
        /// The task's index in the fan-out, or that of the branch, from 0.
        index: usize,
        /// The task's name, if the fan-out has a `label`.
        label: Option<&'a str>,
    },
    /// A task of a fan-out has ended, or a branch of a join or a race.
    #[non_exhaustive]
    TaskEnded {
        /// The task.
        at: &'a Place,
        /// The agent or pipeline that the item went through.
        agent: &'a AgentId,
        /// The task's index in the fan-out, or that of the branch, from 0.
        index: usize,
        /// The way it ended by itself, even if that was after the deadline of its barrier.
        outcome: PartOutcome<'a>,
    },
    /// An attempt of an agent has started.
    #[non_exhaustive]
    AttemptStarted {
        /// The attempt, which [`Context::traceparent`](crate::Context::traceparent) names.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The most attempts that there may be.
        attempts: u32,
        /// The tokens of the input.
        tokens: &'a TokenCount,
        /// The most tokens that the input may have.
        input_budget: Option<u32>,
        /// The most tokens that the output may have.
        max_output_tokens: Option<u32>,
    },
    /// An attempt of an agent has ended.
    #[non_exhaustive]
    AttemptEnded {
        /// The attempt.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The tokens that models took in the attempt, if the agent reported it.
        usage: Option<Usage>,
        /// The model that answered, if the agent reported it.
        model: Option<&'a str>,
        /// The reason why the model stopped writing, if the agent reported it or returned a
        /// [`Reply`](crate::Reply).
        finish_reason: Option<&'a FinishReason>,
        /// The way it ended.
        outcome: AttemptOutcome<'a>,
    },
    /// An attempt of an agent has failed by itself; one that is stopped by its barrier or its run is not
    /// reported.
    ///
    /// It comes right before the attempt's [end](Self::AttemptEnded), for observers that are interested only
    /// in failures.
    #[non_exhaustive]
    AttemptFailed {
        /// The attempt.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// The task of the innermost fan-out that the attempt is in: its index.
        task: Option<usize>,
        /// The path of the task, from the outermost fan-out inwards.
        task_path: Option<&'a TaskPath>,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The error.
        error: &'a ErrorKind,
        /// The pause before the next attempt; `None` if there is none.
        retry_in: Option<Duration>,
    },
    /// A [signal](macro@crate::agent#signals) waits for its answer, in an attempt of its own.
    ///
    /// The [end](Self::AttemptEnded) of the attempt tells how that ends.
    #[non_exhaustive]
    SignalWaits {
        /// The attempt.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// The id by which the signal is [answered](crate::Runtime::answer).
        id: SignalId,
        /// The question: the JSON of the agent's input, for an observer that [wants
        /// it](Observer::wants_payloads).
        question: Option<&'a str>,
    },
    /// A payload was handed over: it keeps its contract and its budgets.
    ///
    /// There is one such event for a run's input, for each output of an agent, for each item of a fan-out,
    /// for what a barrier hands on, and for the arguments of each call of a tool. The payload may still be
    /// stopped on its way: at a gate, at a barrier that is not passed, or in a `race` that another branch has
    /// won.
    #[non_exhaustive]
    Handoff {
        /// The place of the handoff: for an agent's output its attempt, for a tool's arguments the calling
        /// attempt.
        at: &'a Place,
        /// The agent that made the payload.
        source: &'a AgentId,
        /// The agent that the payload is on its way to.
        target: &'a AgentId,
        /// The task of the innermost fan-out that the handoff is in: its index.
        task: Option<usize>,
        /// The path of the task, from the outermost fan-out inwards.
        task_path: Option<&'a TaskPath>,
        /// The name of the payload's contract.
        contract: &'a str,
        /// The fingerprint of the payload's contract.
        schema: Fingerprint,
        /// The tokens of the payload.
        tokens: &'a TokenCount,
        /// The most tokens that the source may hand on.
        max_output_tokens: Option<u32>,
        /// The most tokens that the contract allows.
        max_tokens: Option<u32>,
        /// The most tokens that the target may be handed.
        input_budget: Option<u32>,
        /// The confidence of the payload.
        confidence: Confidence,
        /// The warnings so far.
        warnings: &'a Warnings,
        /// Whether the payload is the arguments of a [tool call](crate::Context::call_tool), not an output of
        /// its source.
        ///
        /// The output of the tool is reported like any other output.
        is_tool_call: bool,
        /// The payload as JSON, for an observer that [wants it](Observer::wants_payloads).
        payload: Option<&'a str>,
    },
    /// A gate has tested a payload.
    #[non_exhaustive]
    Gate {
        /// The place of the gate.
        at: &'a Place,
        /// The agent that made the payload.
        agent: &'a AgentId,
        /// The confidence of the payload.
        confidence: Confidence,
        /// The least confidence that passes.
        threshold: Confidence,
        /// Whether the payload passed.
        passed: bool,
    },
    /// A round of a `repeat` has started.
    #[non_exhaustive]
    RoundStarted {
        /// The round.
        at: &'a Place,
        /// The number of the round, from 1.
        round: u32,
        /// The most rounds that there may be.
        most: u32,
    },
    /// A round of a `repeat` has ended.
    #[non_exhaustive]
    RoundEnded {
        /// The round.
        at: &'a Place,
        /// The number of the round, from 1.
        round: u32,
        /// The way it ended.
        outcome: PartOutcome<'a>,
        /// Whether `until` ended the loop after this round.
        converged: bool,
    },
    /// An agent has failed, and the next alternative of its `or` is called.
    #[non_exhaustive]
    FallbackStarted {
        /// The call of the alternative.
        at: &'a Place,
        /// The alternative.
        agent: &'a AgentId,
        /// The error of the agent that failed.
        error: &'a PipelineError,
    },
    /// An alternative of an `or` has ended.
    #[non_exhaustive]
    FallbackEnded {
        /// The call of the alternative.
        at: &'a Place,
        /// The alternative.
        agent: &'a AgentId,
        /// The way it ended.
        outcome: PartOutcome<'a>,
    },
    /// A warning was added, without stopping the run.
    ///
    /// It is in the envelope or the error as well, unless the payload that it is about gets no further.
    #[non_exhaustive]
    Warned {
        /// The place.
        at: &'a Place,
        /// The warning. Its task is that of the place.
        warning: &'a Warning,
    },
    /// An agent has reported its progress: see [`Context::progress`](crate::Context::progress).
    #[non_exhaustive]
    Progress {
        /// The attempt.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// The task of the innermost fan-out that the attempt is in: its index.
        task: Option<usize>,
        /// The path of the task, from the outermost fan-out inwards.
        task_path: Option<&'a TaskPath>,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The amount that is done, in a unit of the agent's choice.
        done: u64,
        /// The text that was added, for an observer that [wants it](Observer::wants_payloads).
        text: Option<&'a str>,
    },
}

impl<'a> Event<'a> {
    /// Returns the place where it happens.
    #[must_use]
    pub fn at(&self) -> &'a Place {
        match *self {
            Self::RunStarted { at, .. }
            | Self::RunResumed { at, .. }
            | Self::RunEnded { at, .. }
            | Self::PipelineStarted { at, .. }
            | Self::PipelineEnded { at, .. }
            | Self::FanOutStarted { at, .. }
            | Self::FanOutEnded { at, .. }
            | Self::TaskStarted { at, .. }
            | Self::TaskEnded { at, .. }
            | Self::AttemptStarted { at, .. }
            | Self::AttemptFailed { at, .. }
            | Self::AttemptEnded { at, .. }
            | Self::SignalWaits { at, .. }
            | Self::Handoff { at, .. }
            | Self::Gate { at, .. }
            | Self::RoundStarted { at, .. }
            | Self::RoundEnded { at, .. }
            | Self::FallbackStarted { at, .. }
            | Self::FallbackEnded { at, .. }
            | Self::Warned { at, .. }
            | Self::Progress { at, .. } => at,
        }
    }

    /// The same without what is shown only to an observer that wants it.
    pub(super) fn without_payload(mut self) -> Self {
        if let Self::Handoff { payload: shown, .. }
        | Self::Progress { text: shown, .. }
        | Self::SignalWaits { question: shown, .. } = &mut self
        {
            *shown = None;
        }
        self
    }

    /// Whether there is something that is shown only to an observer that wants it.
    pub(super) fn shows_payload(&self) -> bool {
        matches!(
            self,
            Self::Handoff { payload: Some(_), .. }
                | Self::Progress { text: Some(_), .. }
                | Self::SignalWaits { question: Some(_), .. }
        )
    }
}

/// The way a run ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// The run returned a result.
    Succeeded,
    /// The run failed with this error, which is [`ErrorKind::Cancelled`] if it was stopped from outside.
    Failed(&'a PipelineError),
    /// The future of the run was dropped before it had ended.
    Dropped,
}

/// The way a part of a run ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum PartOutcome<'a> {
    /// The part has an output.
    Succeeded,
    /// The task failed, and `recover` made an output of the failure.
    Recovered,
    /// The part failed with this error.
    Failed(&'a PipelineError),
    /// The part was stopped by its barrier, or with its run.
    Stopped,
}

impl<'a> PartOutcome<'a> {
    /// That of a part with this error, if it is one: where that is none of its own making, it has been stopped.
    pub(crate) fn of(error: Option<&'a PipelineError>) -> Self {
        match error {
            None => Self::Succeeded,
            Some(error) if error.kind().is_of_the_run() => Self::Stopped,
            Some(error) => Self::Failed(error),
        }
    }
}

/// The way an attempt of an agent ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AttemptOutcome<'a> {
    /// The attempt has an output, which passed all checks of a handoff.
    Succeeded,
    /// The attempt failed by itself.
    #[non_exhaustive]
    Failed {
        /// The error.
        error: &'a ErrorKind,
        /// The pause before the next attempt; `None` if there is none.
        retry_in: Option<Duration>,
    },
    /// The attempt was stopped by its barrier, or with its run.
    Stopped,
}

/// The kinds of stages that do several things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FanOutKind {
    /// `fan_out`: one task for each item of a list.
    FanOut,
    /// `join`: different agents, all of which must succeed.
    Join,
    /// `race`: different agents, of which the first success is handed on.
    Race,
}

/// As it is written in a pipeline.
impl fmt::Display for FanOutKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FanOut => "fan_out",
            Self::Join => "join",
            Self::Race => "race",
        })
    }
}
