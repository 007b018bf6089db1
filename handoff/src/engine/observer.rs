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

/// Hears what happens in runs: in all of a runtime ([`Builder::observer`](crate::Builder::observer)), or in one
/// ([`Run::observer`](crate::Run::observer)).
///
/// It is called in the middle of the run, on the run's threads, so it should be quick: count, log,
/// send to a channel. While it is called, whatever else of the same run has something to tell waits, on whatever thread; other
/// runs do not. A panic in it is caught, and touches neither the run nor other observers.
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
/// Every event says [where](Place) it happens, so what is heard can be put together to a tree: `span` is the node, and
/// `parent` the one that it is in. The crate `handoff-log` does so: it writes a run to a file, and shows it as a page.
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
    /// Called for every event, in the order in which they happen: one event of a run at a time, on however many threads that
    /// goes on. Runs tell at the same time as others, be it those that they are part of.
    ///
    /// What an observer brings about itself is told, to all, after what it is being told: it may say something by a
    /// [`Context`](crate::Context), cancel a run or drop one. It is not to wait for the run that it hears of, nor to poll
    /// that: what comes of it would be told at once, in the middle of the event.
    fn observe(&self, trace: TraceId, event: &Event<'_>);

    /// Whether [`Event::Handoff`] is to show the payload, [`Event::Progress`] what has come, and [`Event::SignalWaits`]
    /// what is asked. They are shown to nobody by default.
    fn wants_payloads(&self) -> bool {
        false
    }
}

/// What happens in a run, and [where](Place): `at`.
///
/// What takes time has a start and exactly one end, also where it is stopped. What is within it starts after it and ends
/// before it, and nothing is told of it after its end, on however many threads the run goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A run has started. One that is refused, because the runtime is being shut down or it was
    /// cancelled before, has not.
    #[non_exhaustive]
    RunStarted {
        /// The run.
        at: &'a Place,
        /// The pipeline that is run.
        pipeline: &'static str,
        /// The operation elsewhere that it is part of, if its caller said so; of a run that an agent has
        /// [started](crate::Runtime#runs-in-agents), the attempt.
        parent: Option<TraceParent>,
        /// Describes the pipeline.
        describe: fn() -> Description,
    },
    /// A run that is [kept](crate::durable) is gone on with, maybe by another process than the one that has started it.
    /// What has been told of it is not told again; of what was under way, nothing is known.
    #[non_exhaustive]
    RunResumed {
        /// The run.
        at: &'a Place,
        /// The pipeline that is run.
        pipeline: &'static str,
        /// The operation elsewhere that it is part of, as when it started.
        parent: Option<TraceParent>,
        /// Describes the pipeline.
        describe: fn() -> Description,
        /// How many calls and timers have ended by now.
        entries: u64,
    },
    /// A run has ended. Nothing is told of it after that, though a thread that an agent blocks may go on.
    #[non_exhaustive]
    RunEnded {
        /// The run.
        at: &'a Place,
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
    /// A pipeline has started that is a stage of another, or what a fan-out's tasks go through.
    #[non_exhaustive]
    PipelineStarted {
        /// The pipeline.
        at: &'a Place,
        /// Its name.
        pipeline: &'a AgentId,
    },
    /// Such a pipeline has ended.
    #[non_exhaustive]
    PipelineEnded {
        /// The pipeline.
        at: &'a Place,
        /// Its name.
        pipeline: &'a AgentId,
        /// How it ended.
        outcome: PartOutcome<'a>,
    },
    /// A fan-out, a join or a race has started.
    #[non_exhaustive]
    FanOutStarted {
        /// The fan-out.
        at: &'a Place,
        /// Which of the three it is.
        kind: FanOutKind,
        /// What is fanned out, as it is written: the field, or the closure.
        of: Option<&'static str>,
        /// What each item goes through; of a join or a race, the pipeline that it stands in.
        agent: &'a AgentId,
        /// How many tasks or branches it has.
        width: usize,
        /// When it has succeeded.
        policy: Policy,
    },
    /// A fan-out, a join or a race has ended, and with it all its tasks.
    ///
    /// These are counts of how tasks ended by themselves. The barrier may make less of it: tasks that its deadline has
    /// stopped have failed for it, and so have those that ended after it.
    #[non_exhaustive]
    FanOutEnded {
        /// The fan-out.
        at: &'a Place,
        /// Which of the three it was.
        kind: FanOutKind,
        /// As at its start.
        agent: &'a AgentId,
        /// How many tasks have succeeded, or were recovered.
        succeeded: usize,
        /// How many have failed.
        failed: usize,
        /// How many have done neither: they were stopped, or never started.
        stopped: usize,
        /// What the barrier made of that.
        outcome: PartOutcome<'a>,
    },
    /// A task of a fan-out has started, or a branch of a join or a race.
    #[non_exhaustive]
    TaskStarted {
        /// The task.
        at: &'a Place,
        /// What its item goes through.
        agent: &'a AgentId,
        /// Its index in the fan-out, or that of the branch, from 0.
        index: usize,
        /// Its name, where the fan-out has a `label`.
        label: Option<&'a str>,
    },
    /// Such a task has ended.
    #[non_exhaustive]
    TaskEnded {
        /// The task.
        at: &'a Place,
        /// What its item went through.
        agent: &'a AgentId,
        /// Its index in the fan-out, or that of the branch.
        index: usize,
        /// How it ended. One that has ended only after the deadline of its barrier has ended so all the same.
        outcome: PartOutcome<'a>,
    },
    /// An agent is called.
    #[non_exhaustive]
    AttemptStarted {
        /// The attempt: what [`Context::traceparent`](crate::Context::traceparent) names.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// Which attempt, from 1.
        attempt: u32,
        /// How many there may be.
        attempts: u32,
        /// The size of what it is handed.
        tokens: &'a TokenCount,
        /// The most tokens that it may be handed.
        input_budget: Option<u32>,
        /// The most tokens that it may hand on.
        max_output_tokens: Option<u32>,
    },
    /// A call of an agent has ended.
    #[non_exhaustive]
    AttemptEnded {
        /// The attempt.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// Which attempt, from 1.
        attempt: u32,
        /// What its models took, if its agent said so: the sum over the attempt.
        usage: Option<Usage>,
        /// The model that has answered, if its agent said so.
        model: Option<&'a str>,
        /// Why that stopped writing, where the agent has returned a [`Reply`](crate::Reply).
        finish_reason: Option<&'a FinishReason>,
        /// How it ended.
        outcome: AttemptOutcome<'a>,
    },
    /// An attempt has come to nothing by itself; one that is stopped with its barrier or its run does not show. It is told
    /// right before the attempt's [end](Self::AttemptEnded), for whoever wants to hear of nothing else.
    #[non_exhaustive]
    AttemptFailed {
        /// The attempt.
        at: &'a Place,
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
    /// A [signal](macro@crate::agent#signals) waits for its answer, in an attempt of its own. How that ends is told at its
    /// [end](Self::AttemptEnded).
    #[non_exhaustive]
    SignalWaits {
        /// The attempt.
        at: &'a Place,
        /// The agent.
        agent: &'a AgentId,
        /// What it is [answered](crate::Runtime::answer) by.
        id: SignalId,
        /// What it asks: the JSON of what it is handed, for an observer that [wants it](Observer::wants_payloads).
        question: Option<&'a str>,
    },
    /// A payload has passed the door: it keeps its contract and fits the budgets.
    ///
    /// There is one for a run's input, for each output of an agent, for each item of a fan-out, for what a
    /// barrier hands on, and for the arguments of each call of a tool. An output may still stop on its way: at a gate, at a barrier
    /// that is not passed, or in a `race` that another branch has won.
    #[non_exhaustive]
    Handoff {
        /// Where it is handed over: of an agent's output, its attempt; of the arguments of a tool, the attempt that
        /// calls it.
        at: &'a Place,
        /// Who made it.
        source: &'a AgentId,
        /// The agent that it is on its way to.
        target: &'a AgentId,
        /// The task of a fan-out in which it is handed over: its index in the innermost one.
        task: Option<usize>,
        /// The same task, after those that its fan-out is in.
        task_path: Option<&'a TaskPath>,
        /// The name of its contract.
        contract: &'a str,
        /// The fingerprint of its contract.
        schema: Fingerprint,
        /// Its size.
        tokens: &'a TokenCount,
        /// The most tokens that its source may hand on.
        max_output_tokens: Option<u32>,
        /// The most tokens that its contract allows.
        max_tokens: Option<u32>,
        /// The most tokens that its target may be handed.
        input_budget: Option<u32>,
        /// How sure it is.
        confidence: Confidence,
        /// What has been noticed on the way to it.
        warnings: &'a Warnings,
        /// Whether it is what a [tool](crate::Context::call_tool) is called with, and no output of its source. What the
        /// tool makes of it is an output like others.
        is_tool_call: bool,
        /// Its JSON, for an observer that [wants it](Observer::wants_payloads).
        payload: Option<&'a str>,
    },
    /// A gate has tested a payload.
    #[non_exhaustive]
    Gate {
        /// Where it stands.
        at: &'a Place,
        /// Who made the payload.
        agent: &'a AgentId,
        /// How sure that is.
        confidence: Confidence,
        /// How sure it has to be.
        threshold: Confidence,
        /// Whether it is.
        passed: bool,
    },
    /// A round of a `repeat` has started.
    #[non_exhaustive]
    RoundStarted {
        /// The round.
        at: &'a Place,
        /// Which one, from 1.
        round: u32,
        /// How many there may be.
        most: u32,
    },
    /// A round of a `repeat` has ended.
    #[non_exhaustive]
    RoundEnded {
        /// The round.
        at: &'a Place,
        /// Which one.
        round: u32,
        /// How it ended.
        outcome: PartOutcome<'a>,
        /// Whether `until` said that it was the last.
        converged: bool,
    },
    /// An agent has failed, and the next alternative of its `or` is called.
    #[non_exhaustive]
    FallbackStarted {
        /// The call in its place.
        at: &'a Place,
        /// The alternative.
        agent: &'a AgentId,
        /// Why it is called.
        error: &'a PipelineError,
    },
    /// Such an alternative has ended.
    #[non_exhaustive]
    FallbackEnded {
        /// The call.
        at: &'a Place,
        /// The alternative.
        agent: &'a AgentId,
        /// How it ended.
        outcome: PartOutcome<'a>,
    },
    /// Something was noticed that did not stop the run; told when it is noticed. It is a warning in the envelope or the
    /// error as well, unless the payload that it is noticed of gets no further.
    #[non_exhaustive]
    Warned {
        /// Where.
        at: &'a Place,
        /// What was noticed. Its task is `at`'s.
        warning: &'a Warning,
    },
    /// An agent says how far it is: see [`Context::progress`](crate::Context::progress).
    #[non_exhaustive]
    Progress {
        /// The attempt.
        at: &'a Place,
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
}

impl<'a> Event<'a> {
    /// Where it happens.
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

/// How a part of a run ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum PartOutcome<'a> {
    /// With an output.
    Succeeded,
    /// Of a task: with what `recover` made of its failure.
    Recovered,
    /// With this error.
    Failed(&'a PipelineError),
    /// From outside: by its barrier, or with its run.
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

/// How an attempt of an agent ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AttemptOutcome<'a> {
    /// With an output that has passed the door.
    Succeeded,
    /// By itself, to nothing.
    #[non_exhaustive]
    Failed {
        /// Why.
        error: &'a ErrorKind,
        /// How long until the next one; `None` where there is none.
        retry_in: Option<Duration>,
    },
    /// From outside: by its barrier, or with its run.
    Stopped,
}

/// Several things that go on at once: what of the three it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FanOutKind {
    /// `fan_out`: the items of a list.
    FanOut,
    /// `join`: different agents, all of which have to succeed.
    Join,
    /// `race`: different agents, of which the first that succeeds is enough.
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
