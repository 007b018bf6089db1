//! What went wrong, as text.

use super::violation::Broken;
use crate::agent::{AgentId, FinishReason};
use crate::contract::{Breaks, Change, Confidence, Fingerprint};
use crate::engine::durable::JournalError;
use crate::envelope::SchemaDrift;
use crate::error::kind::{BudgetLimit, CancelledBy, DeadlineOf, ErrorKind, Limit};
use crate::error::{BoxError, Verdict};
use crate::text::one_line;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// An [`ErrorKind`], variant by variant.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum KindForm {
    Contract(Broken),
    OverBudget {
        tokens: u32,
        budget: u32,
        limit: BudgetLimit,
        exact: bool,
        encoding: String,
        source: AgentId,
        target: AgentId,
    },
    LowConfidence {
        confidence: Confidence,
        threshold: Confidence,
        raised_from: Option<Confidence>,
    },
    EmptyFanOut {
        of: String,
    },
    FanOutTooWide {
        of: String,
        width: usize,
        max: usize,
    },
    Barrier {
        succeeded: usize,
        needed: usize,
        total: usize,
        failed: usize,
        failures: Vec<String>,
    },
    Race {
        failures: Vec<String>,
    },
    Agent {
        message: String,
        verdict: Option<Said>,
    },
    TimedOut {
        after: Duration,
    },
    Deadline {
        whose: DeadlineOf,
        after: Duration,
    },
    Panicked {
        message: String,
    },
    Truncated {
        finish: String,
    },
    SchemaDrift(Box<Drift>),
    LimitExceeded {
        limit: Limit,
        allowed: u64,
        found: u64,
    },
    NotConverged {
        rounds: u32,
    },
    Cancelled {
        by: CancelledBy,
    },
    ShuttingDown,
    NoRuntime {
        reason: String,
    },
    Journal(Box<JournalError>),
}

/// What an agent's error says of another attempt.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    After(Duration),
    Final,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drift {
    source: Option<AgentId>,
    target: Option<AgentId>,
    sent_contract: Option<String>,
    sent: Fingerprint,
    contract: String,
    expected: Fingerprint,
    changes: Vec<ChangeForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeForm {
    pointer: String,
    message: String,
    breaks_senders: bool,
    breaks_receivers: bool,
}

/// What an agent's error said, where the error itself is in another process.
#[derive(Debug)]
struct Told {
    message: String,
}

impl fmt::Display for Told {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Told {}

impl Said {
    /// The verdicts that make an error of an agent another kind are none of an error of an agent.
    #[inline]
    fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        match Verdict::of(error)? {
            Verdict::After(pause) => Some(Self::After(pause)),
            Verdict::Final => Some(Self::Final),
            Verdict::Contract(_) | Verdict::Truncated(_) => None,
        }
    }

    #[inline]
    fn on(self, error: Told) -> BoxError {
        match self {
            Self::After(pause) => Verdict::After(pause).on(error),
            Self::Final => Verdict::Final.on(error),
        }
    }
}

impl KindForm {
    #[inline]
    pub(super) fn of(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::Contract(violation) => Self::Contract(Broken::of(violation)),
            ErrorKind::OverBudget { tokens, budget, limit, exact, encoding, source, target } => {
                Self::OverBudget {
                    tokens: *tokens,
                    budget: *budget,
                    limit: *limit,
                    exact: *exact,
                    encoding: encoding.clone().into_owned(),
                    source: (**source).clone(),
                    target: (**target).clone(),
                }
            }
            ErrorKind::LowConfidence { confidence, threshold, raised_from } => Self::LowConfidence {
                confidence: *confidence,
                threshold: *threshold,
                raised_from: *raised_from,
            },
            ErrorKind::EmptyFanOut { of } => Self::EmptyFanOut { of: of.clone().into_owned() },
            ErrorKind::FanOutTooWide { of, width, max } => {
                Self::FanOutTooWide { of: of.clone().into_owned(), width: *width, max: *max }
            }
            ErrorKind::Barrier { succeeded, needed, total, failed, failures } => Self::Barrier {
                succeeded: *succeeded,
                needed: *needed,
                total: *total,
                failed: *failed,
                failures: failures.clone(),
            },
            ErrorKind::Race { failures } => Self::Race { failures: failures.clone() },
            // Its whole chain of causes, as the line says it.
            ErrorKind::Agent(error) => Self::Agent { message: one_line(kind), verdict: Said::of(&**error) },
            ErrorKind::TimedOut { after } => Self::TimedOut { after: *after },
            ErrorKind::Deadline { whose, after } => Self::Deadline { whose: *whose, after: *after },
            ErrorKind::Panicked { message } => Self::Panicked { message: message.clone() },
            ErrorKind::Truncated { finish } => Self::Truncated { finish: finish.to_string() },
            ErrorKind::SchemaDrift(drift) => Self::SchemaDrift(Box::new(Drift::of(drift))),
            ErrorKind::LimitExceeded { limit, allowed, found } => {
                Self::LimitExceeded { limit: *limit, allowed: *allowed, found: *found }
            }
            ErrorKind::NotConverged { rounds } => Self::NotConverged { rounds: *rounds },
            ErrorKind::Cancelled { by } => Self::Cancelled { by: *by },
            ErrorKind::ShuttingDown => Self::ShuttingDown,
            ErrorKind::NoRuntime { reason } => Self::NoRuntime { reason: reason.clone().into_owned() },
            ErrorKind::Journal(error) => Self::Journal(error.clone()),
        }
    }

    #[inline]
    pub(super) fn into_kind(self) -> ErrorKind {
        match self {
            Self::Contract(broken) => ErrorKind::Contract(broken.into_violation()),
            Self::OverBudget { tokens, budget, limit, exact, encoding, source, target } => {
                let (encoding, source, target) = (encoding.into(), source.into(), target.into());
                ErrorKind::OverBudget { tokens, budget, limit, exact, encoding, source, target }
            }
            Self::LowConfidence { confidence, threshold, raised_from } => {
                ErrorKind::LowConfidence { confidence, threshold, raised_from }
            }
            Self::EmptyFanOut { of } => ErrorKind::EmptyFanOut { of: of.into() },
            Self::FanOutTooWide { of, width, max } => ErrorKind::FanOutTooWide { of: of.into(), width, max },
            Self::Barrier { succeeded, needed, total, failed, failures } => {
                ErrorKind::Barrier { succeeded, needed, total, failed, failures }
            }
            Self::Race { failures } => ErrorKind::Race { failures },
            Self::Agent { message, verdict } => {
                let told = Told { message };
                ErrorKind::Agent(match verdict {
                    Some(said) => said.on(told),
                    None => Box::new(told),
                })
            }
            Self::TimedOut { after } => ErrorKind::TimedOut { after },
            Self::Deadline { whose, after } => ErrorKind::Deadline { whose, after },
            Self::Panicked { message } => ErrorKind::Panicked { message },
            Self::Truncated { finish } => ErrorKind::Truncated { finish: FinishReason::read(finish) },
            Self::SchemaDrift(drift) => ErrorKind::SchemaDrift(Box::new(drift.into_drift())),
            Self::LimitExceeded { limit, allowed, found } => {
                ErrorKind::LimitExceeded { limit, allowed, found }
            }
            Self::NotConverged { rounds } => ErrorKind::NotConverged { rounds },
            Self::Cancelled { by } => ErrorKind::Cancelled { by },
            Self::ShuttingDown => ErrorKind::ShuttingDown,
            Self::NoRuntime { reason } => ErrorKind::NoRuntime { reason: reason.into() },
            Self::Journal(error) => ErrorKind::Journal(error),
        }
    }
}

impl Drift {
    #[inline]
    fn of(drift: &SchemaDrift) -> Self {
        let SchemaDrift { source, target, sent_contract, sent, contract, expected, changes } = drift;
        let change = |change: &Change| ChangeForm {
            pointer: change.pointer.clone(),
            message: change.message.clone(),
            breaks_senders: change.breaks.senders(),
            breaks_receivers: change.breaks.receivers(),
        };
        Self {
            source: source.clone(),
            target: target.clone(),
            sent_contract: sent_contract.clone(),
            sent: *sent,
            contract: contract.clone().into_owned(),
            expected: *expected,
            changes: changes.iter().map(change).collect(),
        }
    }

    #[inline]
    fn into_drift(self) -> SchemaDrift {
        let Self { source, target, sent_contract, sent, contract, expected, changes } = self;
        let change = |ChangeForm { pointer, message, breaks_senders, breaks_receivers }| {
            let breaks = Breaks::new(breaks_senders, breaks_receivers);
            Change { pointer, message, breaks }
        };
        let (contract, changes) = (contract.into(), changes.into_iter().map(change).collect());
        SchemaDrift { source, target, sent_contract, sent, contract, expected, changes }
    }
}
