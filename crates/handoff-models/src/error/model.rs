//! Why a model gave no output.

use std::error::Error;
use std::fmt;

use handoff::{ContractViolation, FinishReason, Verdict};

use super::ProviderError;

/// The error of a model that gave no output.
///
/// It tells the engine whether to try again: a [`Verdict`] is in its chain of [sources](Error::source). So an
/// agent whose answer breaks its contract fails with [`ErrorKind::Contract`](handoff::ErrorKind::Contract),
/// one whose answer was cut off with [`ErrorKind::Truncated`](handoff::ErrorKind::Truncated), and errors that
/// another attempt cannot mend are not retried.
#[derive(Debug)]
pub struct ModelError {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ModelErrorKind,
    /// What it says to the engine, and then what the provider's error has as its source.
    verdict: Option<Verdict>,
}

/// The kind of a [`ModelError`]: what went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ModelErrorKind {
    /// The call failed, so there is no answer.
    Provider(ProviderError),
    /// The model refused to answer. It is not asked again.
    Refused,
    /// The provider's filter stopped the answer. It is not asked again.
    Filtered,
    /// The answer has no text.
    Empty,
    /// The answer was cut off: it is a fragment, even if it parses.
    Cut(FinishReason),
    /// The answer ended for another reason than that it was complete, such as a call of an unknown tool.
    Ended(FinishReason),
    /// The model called tools in each turn up to the agent's `max_turns`. It is not asked again.
    #[non_exhaustive]
    TooManyTurns {
        /// The number of turns.
        turns: u32,
    },
    /// The answer breaks its contract.
    Broken(ContractViolation),
    /// The model was asked to repair its answer, and gave it again, word for word. It is not asked again.
    Stuck(ContractViolation),
    /// An input of the prompt cannot be written as JSON. The model was not asked.
    #[non_exhaustive]
    Unwritten {
        /// The name of the input's contract.
        input: String,
        /// The error of serde.
        why: String,
    },
    /// The prompt and the longest answer do not fit into the model's context. The model was not asked.
    #[non_exhaustive]
    TooLong {
        /// The tokens of the prompt, with its schema and the report on the last answer.
        tokens: u32,
        /// The cap on the tokens of the answer; 0 if the agent has none.
        max_output_tokens: u32,
        /// The model's context, in tokens.
        context_window: u32,
    },
}

impl ModelError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> &ModelErrorKind {
        &self.inner.kind
    }
}

impl ModelErrorKind {
    fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Provider(error) => error.verdict(),
            Self::Broken(violation) => Some(Verdict::Contract(violation.clone())),
            Self::Cut(finish) => Some(Verdict::Truncated(finish.clone())),
            Self::Refused
            | Self::Filtered
            | Self::TooManyTurns { .. }
            | Self::Stuck(_)
            | Self::Unwritten { .. }
            | Self::TooLong { .. } => Some(Verdict::Final),
            Self::Empty | Self::Ended(_) => None,
        }
    }
}

impl From<ModelErrorKind> for ModelError {
    fn from(kind: ModelErrorKind) -> Self {
        let verdict = kind.verdict();
        Self { inner: Box::new(Inner { kind, verdict }) }
    }
}

impl From<ProviderError> for ModelError {
    fn from(error: ProviderError) -> Self {
        ModelErrorKind::Provider(error).into()
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.kind.fmt(f)
    }
}

impl fmt::Display for ModelErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(error) => error.fmt(f),
            Self::Refused => f.write_str("the model refused to answer"),
            Self::Filtered => f.write_str("the provider's content filter stopped the model's answer"),
            Self::Empty => f.write_str("the model answered nothing"),
            Self::Cut(finish) => write!(f, "the model's answer was cut off (finish reason `{finish}`)"),
            Self::Ended(finish) => {
                write!(f, "the model's answer is incomplete: it ended because of `{finish}`")
            }
            Self::TooManyTurns { turns } => write!(
                f,
                "the model has called tools in each of its {turns} turns and has not answered; say in the prompt when it \
                 knows enough, or raise `max_turns`"
            ),
            Self::Broken(violation) => violation.fmt(f),
            Self::Stuck(violation) => {
                write!(f, "asked to repair its answer, the model repeated it word for word: {violation}")
            }
            Self::Unwritten { input, why } => {
                write!(f, "the prompt's input `{input}` cannot be written as JSON: {why}")
            }
            Self::TooLong { tokens, max_output_tokens: 0, context_window } => {
                write!(
                    f,
                    "a prompt of {tokens} tokens does not fit into the model's context of {context_window}"
                )
            }
            Self::TooLong { tokens, max_output_tokens, context_window } => write!(
                f,
                "a prompt of {tokens} tokens and an answer of up to {max_output_tokens} do not fit into the model's \
                 context of {context_window}"
            ),
        }
    }
}

impl Error for ModelError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let Inner { kind, verdict } = &*self.inner;
        match (kind, verdict) {
            (_, Some(verdict)) => Some(verdict),
            (ModelErrorKind::Provider(error), None) => error.source(),
            _ => None,
        }
    }
}
