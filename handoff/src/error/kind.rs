//! What can go wrong in a run, and how it is said.

use super::{BoxError, Verdict};
use crate::agent::{AgentId, FinishReason};
use crate::contract::{Confidence, ContractViolation};
use crate::engine::durable::JournalError;
use crate::envelope::SchemaDrift;
use crate::text::{OneLine, one_line};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// The kind of a [`PipelineError`](crate::PipelineError): what went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A payload breaks its contract. All violations are in it.
    Contract(ContractViolation),
    /// A payload has more tokens than its producer may hand on, or than its receiver may be handed.
    OverBudget {
        /// The tokens of the payload's JSON.
        tokens: u32,
        /// The most tokens that there may be.
        budget: u32,
        /// The declaration that sets the budget.
        limit: BudgetLimit,
        /// Whether `tokens` is the whole count.
        ///
        /// Counting stops once the budget is exceeded; then there are at least that many.
        exact: bool,
        /// The encoding in which the tokens were counted.
        encoding: Cow<'static, str>,
        /// The agent that made the payload.
        source: Box<AgentId>,
        /// The agent that was to get the payload.
        target: Box<AgentId>,
    },
    /// The confidence of a payload is below the threshold of a gate.
    LowConfidence {
        /// The confidence of the payload.
        confidence: Confidence,
        /// The threshold that applied, which the runtime may have raised.
        threshold: Confidence,
        /// The threshold of the gate itself, if the runtime's `min_confidence` is higher.
        raised_from: Option<Confidence>,
    },
    /// There are no items to fan out, and the fan-out does not have `allow_empty`.
    EmptyFanOut {
        /// The field that was fanned out, or `|plan| …` if a closure made the items.
        of: Cow<'static, str>,
    },
    /// There are more items than the fan-out allows. No task was started.
    FanOutTooWide {
        /// The field that was fanned out, or `|plan| …` if a closure made the items.
        of: Cow<'static, str>,
        /// The number of items.
        width: usize,
        /// The most items that there may be.
        max: usize,
    },
    /// Fewer tasks succeeded than the barrier requires.
    Barrier {
        /// The number of tasks that succeeded.
        succeeded: usize,
        /// The number of tasks that had to succeed.
        needed: usize,
        /// The number of tasks.
        total: usize,
        /// The number of tasks that failed; 0 if there were too few tasks for the quorum.
        failed: usize,
        /// The first failures, in the order of the tasks, each on one line: at most 32.
        ///
        /// All of them are in [`PipelineError::finished`](crate::PipelineError::finished).
        failures: Vec<String>,
    },
    /// No branch of a `race` succeeded.
    Race {
        /// The failure of each branch, in the order in which they are written, each on one line.
        failures: Vec<String>,
    },
    /// The agent returned an error.
    Agent(BoxError),
    /// The agent did not return in time, or went without a [heartbeat](crate::Context::heartbeat) for too
    /// long.
    TimedOut {
        /// The agent's timeout, or its idle timeout.
        after: Duration,
    },
    /// A deadline passed, and the tasks or the run that it bounds were stopped.
    Deadline {
        /// What the deadline bounds.
        whose: DeadlineOf,
        /// The duration of the deadline.
        after: Duration,
    },
    /// The agent panicked.
    Panicked {
        /// The message of the panic.
        message: String,
    },
    /// The agent's reply was cut off: it is a fragment, even if its JSON parses.
    Truncated {
        /// The reason why the model stopped.
        finish: FinishReason,
    },
    /// An envelope came from a build with another contract.
    ///
    /// This cannot happen within one process. It concerns engines that hand over between processes, and data
    /// of earlier builds.
    SchemaDrift(Box<SchemaDrift>),
    /// A limit of the runtime was exceeded.
    LimitExceeded {
        /// The limit.
        limit: Limit,
        /// The most that the limit allows.
        allowed: u64,
        /// The amount that was found, at least.
        found: u64,
    },
    /// A `repeat` used up its rounds.
    NotConverged {
        /// The number of rounds, which is the most that there may be.
        rounds: u32,
    },
    /// The run was stopped from outside.
    Cancelled {
        /// The cause of the cancellation.
        by: CancelledBy,
    },
    /// The runtime is being [shut down](crate::Runtime::shutdown): the run was not started.
    ShuttingDown,
    /// There is no tokio runtime, or it has no timers.
    NoRuntime {
        /// What is missing, and how to provide it.
        reason: Cow<'static, str>,
    },
    /// A [durable](crate::durable) run cannot go on here, or cannot be recorded.
    ///
    /// The run has not ended, and can be resumed once the cause is gone. Only [`JournalError::Refused`] is a
    /// failure of an agent's call like any other.
    Journal(Box<JournalError>),
}

/// The declaration that sets a budget of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BudgetLimit {
    /// The producer's `max_output_tokens`.
    MaxOutputTokens,
    /// The receiver's `input_budget`.
    InputBudget,
    /// The payload type's own `#[contract(max_tokens = N)]`.
    MaxTokens,
}

/// The kinds of deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeadlineOf {
    /// The `deadline` of a barrier, which bounds the tasks of its fan-out.
    Barrier,
    /// The deadline of a run, by its runtime's limits or its own.
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

/// The limits of a runtime, which apply whatever the agents declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// The bytes of one payload's JSON: see [`Limits::payload_bytes`](crate::Limits::payload_bytes).
    PayloadBytes,
    /// The tokens that the models of one run take: see [`Limits::model_tokens`](crate::Limits::model_tokens).
    ModelTokens,
    /// The calls of agents in one run: see [`Limits::agent_calls`](crate::Limits::agent_calls).
    AgentCalls,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PayloadBytes => "payload bytes",
            Self::ModelTokens => "model tokens",
            Self::AgentCalls => "agent calls",
        })
    }
}

/// The causes of a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CancelledBy {
    /// The run's [`CancelHandle`](crate::CancelHandle).
    Handle,
    /// A [`Runtime::shutdown`](crate::Runtime::shutdown), after whose grace the run was still under way.
    Shutdown,
    /// The run whose agent [started it](crate::Runtime#runs-in-agents), which ended, or stopped that agent.
    Outer,
    /// The tokio runtime, which shut down during the run.
    Tokio,
}

impl fmt::Display for CancelledBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handle => "the run's cancel handle was used",
            Self::Shutdown => "the runtime was shut down, and the run was not done within the grace",
            Self::Outer => "the agent that started the run was stopped, or its own run has ended",
            Self::Tokio => "the tokio runtime shut down under the run",
        })
    }
}

impl ErrorKind {
    /// Returns the kind in one word, in snake case: for metrics, and in a failed task's JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Contract(_) => "contract",
            Self::OverBudget { .. } => "over_budget",
            Self::LowConfidence { .. } => "low_confidence",
            Self::EmptyFanOut { .. } => "empty_fan_out",
            Self::FanOutTooWide { .. } => "fan_out_too_wide",
            Self::Barrier { .. } => "barrier",
            Self::Race { .. } => "race",
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
            Self::Journal(_) => "journal",
        }
    }

    /// Returns `true` if another attempt of the same agent on the same input may succeed.
    ///
    /// This holds for errors of the agent, timeouts, broken contracts, truncated replies and outputs that are
    /// too large. It does not for panics, for a bad input, and for an error with [`Verdict::Final`].
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        if let Self::Agent(error) = self {
            return !matches!(Verdict::of(&**error), Some(Verdict::Final));
        }
        matches!(
            self,
            Self::Contract(_)
                | Self::TimedOut { .. }
                | Self::Truncated { .. }
                | Self::OverBudget { limit: BudgetLimit::MaxOutputTokens | BudgetLimit::MaxTokens, .. }
                | Self::LimitExceeded { limit: Limit::PayloadBytes, .. }
        )
    }

    /// How long at least to wait before another attempt, if it says so itself.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Agent(error) => match Verdict::of(&**error) {
                Some(Verdict::After(pause)) => Some(pause),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a payload was fine but for its size.
    pub(crate) fn is_of_size(&self) -> bool {
        matches!(self, Self::OverBudget { .. } | Self::LimitExceeded { limit: Limit::PayloadBytes, .. })
    }

    /// Whether it is that the run is being stopped, for a reason that is none of an agent's.
    pub(crate) fn is_of_the_run(&self) -> bool {
        matches!(self, Self::Cancelled { .. } | Self::Deadline { whose: DeadlineOf::Run, .. })
    }

    /// Returns `true` if a [durable](crate::durable) run ends for good with this error.
    ///
    /// Other errors are about the process, the build or the journal: the run can be resumed.
    #[must_use]
    #[inline]
    pub fn ends_a_kept_run(&self) -> bool {
        match self {
            Self::Journal(error) => error.is_of_a_call(),
            Self::SchemaDrift(_)
            | Self::Cancelled { by: CancelledBy::Shutdown | CancelledBy::Tokio | CancelledBy::Outer }
            | Self::ShuttingDown
            | Self::NoRuntime { .. } => false,
            _ => true,
        }
    }

    /// Whether it is the run's end, and not only a task's: nothing is made good then.
    pub(crate) fn ends_the_run(&self) -> bool {
        match self {
            Self::Journal(error) => !error.is_of_a_call(),
            Self::Cancelled { .. }
            | Self::ShuttingDown
            | Self::NoRuntime { .. }
            | Self::Deadline { whose: DeadlineOf::Run, .. }
            | Self::LimitExceeded { limit: Limit::ModelTokens | Limit::AgentCalls, .. } => true,
            _ => false,
        }
    }
}

impl fmt::Display for ErrorKind {
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        match self {
            Self::Contract(violation) => write!(f, "{violation}"),
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
            Self::Barrier { succeeded, needed, total, failed, failures } => {
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
                match failed.checked_sub(SHOWN_FAILURES) {
                    Some(more @ 1..) => write!(f, "; and {more} more"),
                    _ => Ok(()),
                }
            }
            Self::Race { failures } => {
                write!(f, "no branch of the race succeeded: {}", failures.join("; "))
            }
            Self::Agent(error) => f.write_str(&one_line(&Chain(&**error))),
            Self::TimedOut { after } => write!(f, "timed out after {after:?}"),
            Self::Deadline { whose, after } => {
                write!(f, "not done by the deadline of the {whose}, which is {after:?}")
            }
            Self::Panicked { message } => write!(f, "panicked: {message}"),
            Self::Truncated { finish } => {
                write!(f, "the reply was cut off (finish reason `{finish}`), so it is only a fragment")
            }
            Self::SchemaDrift(drift) => write!(f, "{drift}"),
            Self::LimitExceeded { limit: limit @ Limit::PayloadBytes, allowed, found } => write!(
                f,
                "the runtime's limit of {allowed} {limit} is exceeded: at least {found}; hand on less, or raise `Limits::payload_bytes`"
            ),
            Self::LimitExceeded { limit: limit @ Limit::ModelTokens, allowed, found } => write!(
                f,
                "the runtime allows a run {allowed} {limit}, and with this reply it has taken {found}; ask less of the models, or raise `Limits::model_tokens`"
            ),
            Self::LimitExceeded { limit: limit @ Limit::AgentCalls, allowed, .. } => write!(
                f,
                "the runtime allows a run {allowed} {limit}, and this would be one more; call fewer agents, or raise `Limits::agent_calls`"
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
            Self::Journal(error) => write!(f, "{error}"),
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
            if !Verdict::is(error) {
                write!(f, ": {error}")?;
            }
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
