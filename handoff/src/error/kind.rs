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
        of: Cow<'static, str>,
    },
    /// There are more items than the fan-out allows. Nothing was started.
    FanOutTooWide {
        /// The field that was fanned out, or `|plan| …` where a closure chose the items.
        of: Cow<'static, str>,
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
        /// How many tasks failed; 0 where the width alone made the quorum impossible.
        failed: usize,
        /// The first of the failures, in the order of the tasks, each in a line: 32 at most, however many there
        /// are. All of them are in [`PipelineError::finished`](crate::PipelineError::finished).
        failures: Vec<String>,
    },
    /// No branch of a `race` succeeded.
    Race {
        /// Why each of them failed, in the order in which they are written, each in a line.
        failures: Vec<String>,
    },
    /// The agent returned an error.
    Agent(BoxError),
    /// The agent did not answer in time, or did not [show](crate::Context::heartbeat) in time that it is at work.
    TimedOut {
        /// Its timeout, or its idle timeout.
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
        reason: Cow<'static, str>,
    },
    /// A run that is [kept](crate::durable) cannot go on here, or cannot be kept. It has not ended: whoever has what is
    /// missing can go on with it. Only [`JournalError::Refused`] is a failure of an agent's call like any other.
    Journal(Box<JournalError>),
}

/// Whose budget was exceeded.
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

/// What a deadline bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// The bytes of one payload's JSON.
    PayloadBytes,
    /// The tokens that the models of one run took: see
    /// [`Limits::model_tokens`](crate::Limits::model_tokens).
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

/// Who stopped a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CancelledBy {
    /// Its [`CancelHandle`](crate::CancelHandle).
    Handle,
    /// [`Runtime::shutdown`](crate::Runtime::shutdown), because the run was still under way after
    /// the grace.
    Shutdown,
    /// The run whose agent [started it](crate::Runtime#runs-in-agents), which ended, or stopped that agent.
    Outer,
    /// The tokio runtime, which shut down under it.
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

    /// Whether another attempt of the same agent on the same input may end otherwise: its errors,
    /// timeouts, broken contracts, cut replies and too long outputs. Not its panics, not what
    /// came in, and no error that says otherwise itself ([`Verdict::Final`]).
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

    /// Whether a run that is [kept](crate::durable) is over with this error, for good: it is none of the process that has
    /// driven it, of its build, or of what it is kept in, so that no other could go on with it.
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
