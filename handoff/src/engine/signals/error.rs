//! Why an answer was not taken.

use super::SignalId;
use crate::agent::AgentId;
use crate::contract::ContractViolation;
use crate::engine::durable::JournalError;
use crate::error::ErrorKind;
use thiserror::Error;

/// Why an answer was not taken. Whatever waits for one goes on waiting.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// No signal of this id waits here, nor has one lately.
    #[error("no signal `{0}` waits here")]
    Unknown(SignalId),
    /// It has an answer: somebody was faster.
    #[error("signal `{0}` is answered already")]
    Answered(SignalId),
    /// It waits no more: its time is over, or its task or its run has ended.
    #[error("signal `{0}` waits no more")]
    Ended(SignalId),
    /// It is the signal of another agent.
    #[error("signal `{id}` is one of agent `{waits}`, and not of `{answered}`")]
    #[non_exhaustive]
    AnotherAgent {
        /// The signal.
        id: SignalId,
        /// The agent that waits.
        waits: Box<AgentId>,
        /// The agent that was to be answered.
        answered: Box<AgentId>,
    },
    /// The door refuses it, as it would what any agent returns: it breaks its contract or exceeds a budget. The run goes
    /// on waiting for another one.
    #[error("the answer is refused: {0}")]
    Refused(Box<ErrorKind>),
    /// The pipelines that [`Durable`](crate::durable::Durable) was told of have no such signal, and only its type knows what
    /// an answer by JSON is held to.
    #[error(
        "signal `{id}` is one of agent `{agent}`, which is in no pipeline that was named here: name it by `Durable::with`, or answer by `Durable::answer`"
    )]
    #[non_exhaustive]
    NotNamed {
        /// The signal.
        id: SignalId,
        /// The agent that waits.
        agent: Box<AgentId>,
    },
    /// The runs that are kept cannot be read, or the answer cannot be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl AnswerError {
    /// How the answer breaks its contract, if it does. For whoever gave it, who knows it, there is
    /// [`with_values`](ContractViolation::with_values).
    #[must_use]
    pub fn contract_violation(&self) -> Option<&ContractViolation> {
        match self {
            Self::Refused(kind) => match &**kind {
                ErrorKind::Contract(violation) => Some(violation),
                _ => None,
            },
            _ => None,
        }
    }
}
