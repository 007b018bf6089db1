//! Why an answer was not taken.

use super::SignalId;
use crate::agent::AgentId;
use crate::contract::ContractViolation;
use crate::engine::durable::JournalError;
use crate::error::ErrorKind;
use thiserror::Error;

/// The reason why an answer was not taken. A signal that waits goes on waiting.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// No signal of this id waits here, nor has one waited lately.
    #[error("no signal `{0}` waits here")]
    Unknown(SignalId),
    /// The signal has an answer already.
    #[error("signal `{0}` has an answer already")]
    Answered(SignalId),
    /// The signal no longer waits: its time is over, or its task or its run has ended.
    #[error("signal `{0}` no longer waits for an answer")]
    Ended(SignalId),
    /// The signal belongs to another agent.
    #[error("signal `{id}` belongs to agent `{waits}`, not to `{answered}`")]
    #[non_exhaustive]
    AnotherAgent {
        /// The id of the signal.
        id: SignalId,
        /// The agent that waits.
        waits: Box<AgentId>,
        /// The agent that was to be answered.
        answered: Box<AgentId>,
    },
    /// The answer breaks the agent's contract, or exceeds a budget.
    ///
    /// It is checked like the output of any agent. The run goes on waiting for another answer.
    #[error("the answer is refused: {0}")]
    Refused(Box<ErrorKind>),
    /// No pipeline that [`Durable`](crate::durable::Durable) knows has such a signal.
    ///
    /// The contract of an answer that is given as JSON is known only from the type of its pipeline.
    #[error(
        "signal `{id}` belongs to agent `{agent}`, which is in no registered pipeline: register its pipeline with `Durable::with`, or answer with `Durable::answer`"
    )]
    #[non_exhaustive]
    NotNamed {
        /// The id of the signal.
        id: SignalId,
        /// The agent that waits.
        agent: Box<AgentId>,
    },
    /// The runs cannot be read, or the answer cannot be recorded.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl AnswerError {
    /// Returns how the answer breaks its contract, if it does.
    ///
    /// To show the values to the person who gave the answer, use
    /// [`with_values`](ContractViolation::with_values).
    #[must_use]
    #[inline]
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
