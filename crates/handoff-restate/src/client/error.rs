//! Why a request came to nothing.

use crate::preflight::Missing;
use handoff::{AnswerError, BoxError, EnvelopeError, PipelineError};
use std::fmt::{self, Write as _};

/// The error of a request of a [`Client`](crate::Client).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The run has failed, or was cancelled. Its input may have broken its contract.
    #[error(transparent)]
    Run(Box<PipelineError>),
    /// The input of a run, or the answer to a signal, cannot be written as JSON, or is not JSON.
    #[error("the input or the answer cannot be sent: {0}")]
    Input(#[source] serde_json::Error),
    /// The run has succeeded, but its output is not that of this program's pipeline.
    ///
    /// The pipeline is declared differently on its host.
    #[error("the result cannot be read: {0}")]
    Output(#[source] EnvelopeError),
    /// An answer was not taken.
    #[error(transparent)]
    Answer(AnswerError),
    /// No run of this pipeline has the id, or its result is no longer kept.
    #[error("pipeline `{pipeline}` has no run `{id}`")]
    Unknown {
        /// The name of the pipeline.
        pipeline: String,
        /// The id of the run.
        id: String,
    },
    /// The server cannot be reached. The request can be repeated: a run is known by its id.
    #[error("{address} cannot be reached: {source}")]
    Unreachable {
        /// The address.
        address: String,
        /// The cause.
        source: BoxError,
    },
    /// The server has refused the request.
    #[error("the server answers {status}: {message}")]
    Refused {
        /// The HTTP status of the response.
        status: u16,
        /// The server's message.
        message: String,
    },
    /// The name of the pipeline cannot be the name of a service of Restate, so no host has it.
    #[error("{0}")]
    Name(String),
    /// The text is not the address of a server.
    #[error("`{0}` is not an address of the form http://host:port")]
    Address(String),
    /// Pipelines could not call their agents. Nothing was registered.
    #[error("{}", Listed(.0))]
    Missing(Vec<Missing>),
}

impl ClientError {
    /// Returns `true` if the server could not be reached, so that the request can be repeated.
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
