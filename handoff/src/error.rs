//! Why a run failed: who, where, and what to do.

use crate::agent::{AgentId, FinishReason};
use crate::barrier::Partial;
use crate::contract::{Confidence, ContractViolation};
use crate::engine::guarded;
use crate::envelope::{SchemaDrift, TraceId, Warning};
use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// What an agent's own error is kept as.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Why a run failed.
///
/// `Display` is one line: the run's path down to the agent, and the cause. It never contains a
/// payload, except what an agent's own error or panic message says.
///
/// ```
/// use handoff::prelude::*;
///
/// fn advise(error: &PipelineError) -> &'static str {
///     match error.kind() {
///         ErrorKind::Contract(_) | ErrorKind::Truncated { .. } => "ask the model again",
///         ErrorKind::OverBudget { .. } => "make it shorter",
///         ErrorKind::TimedOut { .. } => "try later",
///         _ => "look into it",
///     }
/// }
/// ```
pub struct PipelineError {
    // Boxed: every handoff returns a `Result` with this in it.
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    agent: AgentId,
    trace_id: TraceId,
    /// From the inside out.
    path: Vec<Step>,
    warnings: Vec<Warning>,
    /// From the inside out.
    finished: Vec<Box<dyn Any + Send + Sync>>,
}

enum Step {
    Pipeline(&'static str),
    Task { index: usize, label: Option<Box<str>> },
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A payload breaks its contract: all violations are in it.
    Contract(ContractViolation),
    /// A payload is larger than its producer may hand on, or than its receiver may be handed.
    OverBudget {
        /// The tokens of the payload's JSON.
        tokens: u32,
        /// How many there may be.
        budget: u32,
        /// Whose number that is.
        limit: BudgetLimit,
        /// Whether `tokens` is the whole count; counting stops once the budget is exceeded, and
        /// then there are at least that many.
        exact: bool,
        /// The encoding that the tokens were counted in.
        encoding: Cow<'static, str>,
        /// Who made the payload.
        source: Box<AgentId>,
        /// Who was to get it.
        target: Box<AgentId>,
    },
    /// A gate was not passed.
    LowConfidence {
        /// The confidence of what came to the gate.
        confidence: Confidence,
        /// What the gate asks for, or the runtime in its place.
        threshold: Confidence,
        /// What the gate itself asks for, where the runtime's `min_confidence` is higher.
        raised_from: Option<Confidence>,
    },
    /// There is nothing to fan out, and the fan-out does not say that this is allowed.
    EmptyFanOut {
        /// The field that was fanned out, or `|plan| …` where a closure chose the items.
        of: &'static str,
    },
    /// There are more items than the fan-out allows. Nothing was started.
    FanOutTooWide {
        /// The field that was fanned out, or `|plan| …` where a closure chose the items.
        of: &'static str,
        /// How many items there are.
        width: usize,
        /// How many there may be.
        max: usize,
    },
    /// Too few tasks succeeded for the barrier.
    Barrier {
        /// How many tasks succeeded.
        succeeded: usize,
        /// How many had to.
        needed: usize,
        /// How many tasks there are.
        total: usize,
        /// The failures, each in a line; empty where the width alone made the quorum impossible.
        failures: Vec<String>,
    },
    /// The agent returned an error.
    Agent(BoxError),
    /// The agent did not answer in time.
    TimedOut {
        /// Its timeout.
        after: Duration,
    },
    /// A deadline passed, and what it bounds was stopped.
    Deadline {
        /// What it bounds.
        whose: DeadlineOf,
        /// How long that may take.
        after: Duration,
    },
    /// The agent panicked.
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// The agent's reply was cut off: it is a fragment, even where its JSON parses.
    Truncated {
        /// Why the model stopped.
        finish: FinishReason,
    },
    /// An envelope came from a build whose contract is another. In one process that cannot happen; it is for engines
    /// that hand over between processes, and for what was kept by an earlier build.
    SchemaDrift(Box<SchemaDrift>),
    /// A limit of the runtime was exceeded.
    LimitExceeded {
        /// Which one.
        limit: Limit,
        /// How much it allows.
        allowed: u64,
        /// How much there was, at least.
        found: u64,
    },
    /// A `repeat` ran out of rounds.
    NotConverged {
        /// How many rounds there were, and may be.
        rounds: u32,
    },
    /// The run was stopped from outside.
    Cancelled {
        /// By whom.
        by: CancelledBy,
    },
    /// The runtime is being [shut down](crate::Runtime::shutdown): the run was not started.
    ShuttingDown,
    /// There is no tokio runtime to run on, or it has no timers.
    NoRuntime {
        /// What is missing and how to provide it.
        reason: &'static str,
    },
}

/// Whose budget was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BudgetLimit {
    /// The producer's `max_output_tokens`.
    MaxOutputTokens,
    /// The receiver's `input_budget`.
    InputBudget,
    /// The payload type's own `#[contract(max_tokens = N)]`.
    MaxTokens,
}

/// What a deadline bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadlineOf {
    /// The tasks of a fan-out: the `deadline` of its barrier.
    Barrier,
    /// A run, by its runtime's limits.
    Run,
}

impl fmt::Display for DeadlineOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Barrier => "barrier",
            Self::Run => "run",
        })
    }
}

/// What a runtime bounds, whatever the agents declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// The bytes of one payload's JSON.
    PayloadBytes,
    /// The tokens that the models of one run took: see
    /// [`Limits::model_tokens`](crate::Limits::model_tokens).
    ModelTokens,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PayloadBytes => "payload bytes",
            Self::ModelTokens => "model tokens",
        })
    }
}

/// Who stopped a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelledBy {
    /// Its [`CancelHandle`](crate::CancelHandle).
    Handle,
    /// [`Runtime::shutdown`](crate::Runtime::shutdown), because the run was still under way after
    /// the grace.
    Shutdown,
    /// The tokio runtime, which shut down under it.
    Tokio,
}

impl fmt::Display for CancelledBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handle => "the run's cancel handle was used",
            Self::Shutdown => "the runtime was shut down, and the run was not done within the grace",
            Self::Tokio => "the tokio runtime shut down under the run",
        })
    }
}

impl ErrorKind {
    /// The kind in one word, in snake case: for metrics, and in a failed task's JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Contract(_) => "contract",
            Self::OverBudget { .. } => "over_budget",
            Self::LowConfidence { .. } => "low_confidence",
            Self::EmptyFanOut { .. } => "empty_fan_out",
            Self::FanOutTooWide { .. } => "fan_out_too_wide",
            Self::Barrier { .. } => "barrier",
            Self::Agent(_) => "agent",
            Self::TimedOut { .. } => "timed_out",
            Self::Deadline { .. } => "deadline",
            Self::Panicked { .. } => "panicked",
            Self::Truncated { .. } => "truncated",
            Self::SchemaDrift(_) => "schema_drift",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::NotConverged { .. } => "not_converged",
            Self::Cancelled { .. } => "cancelled",
            Self::ShuttingDown => "shutting_down",
            Self::NoRuntime { .. } => "no_runtime",
        }
    }

    /// Whether another attempt of the same agent on the same input may end otherwise: its errors,
    /// timeouts, broken contracts, cut replies and too long outputs. Not its panics, and not what
    /// came in.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Contract(_)
                | Self::Agent(_)
                | Self::TimedOut { .. }
                | Self::Truncated { .. }
                | Self::OverBudget { limit: BudgetLimit::MaxOutputTokens | BudgetLimit::MaxTokens, .. }
                | Self::LimitExceeded { limit: Limit::PayloadBytes, .. }
        )
    }

    /// Whether it is the run's end, and not only a task's: nothing is made good then.
    pub(crate) fn ends_the_run(&self) -> bool {
        matches!(
            self,
            Self::Cancelled { .. }
                | Self::ShuttingDown
                | Self::NoRuntime { .. }
                | Self::Deadline { whose: DeadlineOf::Run, .. }
                | Self::LimitExceeded { limit: Limit::ModelTokens, .. }
        )
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contract(violation) => violation.fmt(f),
            Self::OverBudget { tokens, budget, limit, exact, encoding, source, target } => {
                let least = if *exact { "" } else { "at least " };
                write!(f, "what `{source}` hands to `{target}` takes {least}{tokens} tokens ({encoding}), ")?;
                match limit {
                    BudgetLimit::MaxOutputTokens => {
                        write!(f, "but `{source}` may output {budget} (`max_output_tokens`)")
                    }
                    BudgetLimit::InputBudget => {
                        write!(f, "but `{target}` may be handed {budget} (`input_budget`)")
                    }
                    BudgetLimit::MaxTokens => {
                        write!(f, "but its contract allows {budget} (`max_tokens`)")
                    }
                }
            }
            Self::LowConfidence { confidence, threshold, raised_from } => {
                let (found, asked) = told_apart(*confidence, *threshold);
                write!(f, "a confidence of {found} does not pass the gate of {asked}")?;
                match raised_from {
                    Some(own) => {
                        write!(f, ", which the runtime's `min_confidence` raised from {}", told(*own))
                    }
                    None => Ok(()),
                }
            }
            Self::EmptyFanOut { of } => {
                write!(f, "nothing to fan out: `{of}` is empty")
            }
            Self::FanOutTooWide { of, width, max } => {
                write!(f, "`{of}` has {width} items, and the fan-out allows {max}; nothing was started")
            }
            Self::Barrier { succeeded, needed, total, failures } => {
                if failures.is_empty() {
                    return write!(
                        f,
                        "the barrier needs {needed} successes of {total} tasks; nothing was started"
                    );
                }
                write!(f, "{succeeded} of {total} tasks succeeded, the barrier needs {needed}: ")?;
                for (index, failure) in failures.iter().take(SHOWN_FAILURES).enumerate() {
                    write!(f, "{}{failure}", if index == 0 { "" } else { "; " })?;
                }
                match failures.len().checked_sub(SHOWN_FAILURES) {
                    Some(more @ 1..) => write!(f, "; and {more} more"),
                    _ => Ok(()),
                }
            }
            Self::Agent(error) => f.write_str(&one_line(Chain(&**error))),
            Self::TimedOut { after } => write!(f, "timed out after {after:?}"),
            Self::Deadline { whose, after } => {
                write!(f, "not done by the deadline of the {whose}, which is {after:?}")
            }
            Self::Panicked { message } => write!(f, "panicked: {message}"),
            Self::Truncated { finish } => {
                write!(f, "the reply was cut off (finish reason `{finish}`), so it is only a fragment")
            }
            Self::SchemaDrift(drift) => drift.fmt(f),
            Self::LimitExceeded { limit: limit @ Limit::PayloadBytes, allowed, found } => write!(
                f,
                "the runtime's limit of {allowed} {limit} is exceeded: at least {found}; hand on less, or raise `Limits::payload_bytes`"
            ),
            Self::LimitExceeded { limit: limit @ Limit::ModelTokens, allowed, found } => write!(
                f,
                "the runtime allows a run {allowed} {limit}, and with this reply it has taken {found}; ask less of the models, or raise `Limits::model_tokens`"
            ),
            Self::NotConverged { rounds } => {
                let s = if *rounds == 1 { "" } else { "s" };
                write!(f, "the loop has not converged after {rounds} round{s}, which is the most it may take")
            }
            Self::Cancelled { by } => write!(f, "cancelled: {by}"),
            Self::ShuttingDown => {
                f.write_str("the runtime is being shut down and starts no new runs: start runs before `Runtime::shutdown`, or build another runtime")
            }
            Self::NoRuntime { reason } => f.write_str(reason),
        }
    }
}

/// An error and its causes.
struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

/// Two confidences to four digits, or to as many as it takes to see that they differ.
fn told_apart(found: Confidence, asked: Confidence) -> (f64, f64) {
    let told = (told(found), told(asked));
    if told.0 < told.1 { told } else { (found.get(), asked.get()) }
}

/// A confidence to four digits.
fn told(confidence: Confidence) -> f64 {
    (confidence.get() * 1e4).round() / 1e4
}

/// Failures of a barrier that its one-line error spells out.
const SHOWN_FAILURES: usize = 3;

impl PipelineError {
    pub(crate) fn new(kind: ErrorKind, agent: AgentId, trace_id: TraceId) -> Self {
        let (path, warnings, finished) = (Vec::new(), Vec::new(), Vec::new());
        Self { inner: Box::new(Inner { kind, agent, trace_id, path, warnings, finished }) }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// Takes the kind out, for instance to get at an agent's own error.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        self.inner.kind
    }

    /// The pipeline in which it went wrong: the innermost, where pipelines nest.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        let pipeline = self.inner.path.iter().find_map(|step| match step {
            Step::Pipeline(name) => Some(*name),
            Step::Task { .. } => None,
        });
        pipeline.unwrap_or_default()
    }

    /// The agent that is at fault: the producer of a bad payload; the receiver where its
    /// `input_budget` is exceeded; the first agent where the run's input is bad.
    #[must_use]
    pub fn agent(&self) -> &str {
        &self.inner.agent.name
    }

    /// The same agent, with its role.
    #[must_use]
    pub fn agent_id(&self) -> &AgentId {
        &self.inner.agent
    }

    /// The task's index in the fan-out, from 0, if it went wrong in one: the innermost, where
    /// fan-outs nest.
    #[must_use]
    pub fn task(&self) -> Option<usize> {
        self.innermost_task().map(|(index, _)| index)
    }

    /// That task's name, where its fan-out has a `label`.
    #[must_use]
    pub fn task_label(&self) -> Option<&str> {
        self.innermost_task()?.1
    }

    fn innermost_task(&self) -> Option<(usize, Option<&str>)> {
        self.inner.path.iter().find_map(|step| match step {
            Step::Task { index, label } => Some((*index, label.as_deref())),
            Step::Pipeline(_) => None,
        })
    }

    /// The run.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.trace_id
    }

    /// What had been noticed before it went wrong.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.inner.warnings
    }

    /// What the tasks of a failed fan-out had come to, if they hand on `T`: nothing that was paid
    /// for is lost because a sibling failed. The failure that this error is about is among the
    /// failures; tasks that were stopped are neither results nor failures. Where fan-outs nest and
    /// more than one hands on `T`, it is the innermost.
    #[must_use]
    pub fn finished<T: 'static>(&self) -> Option<&Partial<T>> {
        self.inner.finished.iter().find_map(|finished| finished.downcast_ref())
    }

    /// Blames an agent in place of `caller`.
    pub(crate) fn blame(mut self, agent: &AgentId) -> Self {
        if self.inner.agent == *AgentId::CALLER {
            self.inner.agent = agent.clone();
        }
        self
    }

    pub(crate) fn in_pipeline(mut self, name: &'static str) -> Self {
        self.inner.path.push(Step::Pipeline(name));
        self
    }

    pub(crate) fn in_task(mut self, index: usize, label: Option<&str>) -> Self {
        for warning in &mut self.inner.warnings {
            warning.set_task(index, label);
        }
        self.inner.path.push(Step::Task { index, label: label.map(Box::from) });
        self
    }

    /// What went wrong, in a line; in a task that is a pipeline of its own, where in it as well.
    pub(crate) fn message(&self) -> String {
        let Inner { kind, path, .. } = &*self.inner;
        let below = match path.split_last() {
            Some((Step::Task { .. }, below)) => below,
            _ => path,
        };
        if below.is_empty() {
            return one_line(kind);
        }
        let steps: Vec<_> = below.iter().rev().map(ToString::to_string).collect();
        one_line(format_args!("{}: {kind}", steps.join(", ")))
    }

    pub(crate) fn with_finished<T: Send + Sync + 'static>(mut self, finished: Partial<T>) -> Self {
        self.inner.finished.push(Box::new(finished));
        self
    }

    /// Puts warnings before those that the error has.
    pub(crate) fn after(mut self, mut warnings: Vec<Warning>) -> Self {
        warnings.append(&mut self.inner.warnings);
        self.inner.warnings = warnings;
        self
    }

    /// The task of a fan-out, where that is all that is known of the way to the agent.
    pub(crate) fn maybe_in_task(self, index: Option<usize>) -> Self {
        match index {
            Some(index) => self.in_task(index, None),
            None => self,
        }
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.inner.warnings)
    }
}

impl fmt::Display for PipelineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.inner.path.iter().rev() {
            write!(f, "{step}, ")?;
        }
        write!(f, "agent `{}`: {}", self.inner.agent, self.inner.kind)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipeline(name) => write!(f, "pipeline `{name}`"),
            Self::Task { index, label: None } => write!(f, "task {index}"),
            Self::Task { index, label: Some(label) } => write!(f, "task {index} ({label})"),
        }
    }
}

/// `{:?}` is for people too, since that is what `fn main() -> Result<(), PipelineError>` and
/// `unwrap` print: the line that `Display` gives, then the run's id and what had been noticed.
/// `{:#?}` shows the fields.
impl fmt::Debug for PipelineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            write!(f, "{self}\n\ntrace id: {}", self.inner.trace_id)?;
            return match &*self.inner.warnings {
                [] => Ok(()),
                warnings => {
                    f.write_str("\nnoticed before:")?;
                    warnings.iter().try_for_each(|warning| write!(f, "\n  - {warning}"))
                }
            };
        }
        f.debug_struct("PipelineError")
            .field("kind", &self.inner.kind)
            .field("pipeline", &self.pipeline())
            .field("agent", &self.agent())
            .field("task", &self.task())
            .field("task_label", &self.task_label())
            .field("trace_id", &self.inner.trace_id)
            .field("warnings", &self.inner.warnings)
            .finish_non_exhaustive()
    }
}

// `Display` spells the whole chain of causes out, so `source` has nothing to add to a report; the
// error of an agent itself is in `ErrorKind::Agent`.
impl Error for PipelineError {}

/// `said` on one line, shortened: what an agent's error or panic may add to a log line or to the
/// next agent's tokens.
pub(crate) fn one_line(said: impl fmt::Display) -> String {
    line(said, LONGEST_MESSAGE)
}

/// `said` on one line, cut after so many characters.
pub(crate) fn line(said: impl fmt::Display, longest: usize) -> String {
    use fmt::Write as _;

    struct Line {
        text: String,
        left: usize,
    }
    impl fmt::Write for Line {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            for character in part.chars() {
                if self.left == 0 {
                    return Err(fmt::Error);
                }
                self.left -= 1;
                self.text.push(if character.is_control() { ' ' } else { character });
            }
            Ok(())
        }
    }
    let mut line = Line { text: String::new(), left: longest };
    // Whatever goes wrong, the line holds what could be said. `Display` may be the user's own.
    match guarded(|| write!(line, "{said}")) {
        Ok(Ok(())) => {}
        Ok(Err(fmt::Error)) => line.text.push('…'),
        Err(_) => line.text.push_str("… (its `Display` panicked)"),
    }
    line.text
}

/// Characters of a message that are kept; enough for a sentence or two.
const LONGEST_MESSAGE: usize = 500;
