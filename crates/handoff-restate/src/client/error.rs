//! Why a request came to nothing.

use crate::preflight::Missing;
use handoff::{AnswerError, BoxError, EnvelopeError, PipelineError};
use std::fmt::{self, Write as _};

/// Why a [`Client`](crate::Client) has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The run has failed, or been cancelled. Also what a run says whose input breaks its contract.
    #[error(transparent)]
    Run(Box<PipelineError>),
    /// The input of a run, or the answer to a signal, cannot be written as JSON, or is none.
    #[error("what is given cannot be sent: {0}")]
    Input(#[source] serde_json::Error),
    /// The run has ended well, with something that is not what this program's pipeline hands on: it is declared
    /// otherwise there.
    #[error("the result cannot be read: {0}")]
    Output(#[source] EnvelopeError),
    /// An answer has not been taken.
    #[error(transparent)]
    Answer(AnswerError),
    /// No run of this pipeline has the id, or none has it any more.
    #[error("pipeline `{pipeline}` has no run `{id}`")]
    Unknown {
        /// The pipeline.
        pipeline: String,
        /// The id.
        id: String,
    },
    /// Nobody answers there. Whatever was asked can be asked again: a run is known by its id.
    #[error("{address} cannot be reached: {source}")]
    Unreachable {
        /// The address.
        address: String,
        /// Why.
        source: BoxError,
    },
    /// The server has understood, and will not.
    #[error("the server answers {status}: {message}")]
    Refused {
        /// The status of the answer.
        status: u16,
        /// What it says of it.
        message: String,
    },
    /// Restate cannot have a pipeline of this name, and so no host has.
    #[error("{0}")]
    Name(String),
    /// This is no address of a server.
    #[error("`{0}` is no address of the form http://host:port")]
    Address(String),
    /// Pipelines could not call their agents; nothing has been registered.
    #[error("{}", Listed(.0))]
    Missing(Vec<Missing>),
}

impl ClientError {
    /// Whether nobody has answered, so that it may be asked again.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

impl From<PipelineError> for ClientError {
    fn from(error: PipelineError) -> Self {
        Self::Run(Box::new(error))
    }
}

struct Listed<'a>(&'a [Missing]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, missing) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            write!(f, "{missing}")?;
        }
        Ok(())
    }
}
