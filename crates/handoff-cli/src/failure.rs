//! Why a command could not do what it was asked to.

use std::path::Path;
use std::{fmt, io};

use handoff::lock::LockError;
use handoff_log::ReadError;

use crate::output::plain;

#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody takes what is written.
    Output(io::Error),
    /// Anything else, in words: who, where, what to do.
    Told(String),
}

impl Failure {
    pub(crate) fn told(message: impl Into<String>) -> Self {
        Self::Told(message.into())
    }

    /// Tells it on the standard error.
    pub(crate) fn tell(&self) {
        let text = self.to_string();
        let lines: Vec<_> = text.lines().map(|line| plain(line).to_string()).collect();
        eprintln!("handoff: {}", lines.join("\n"));
    }

    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        Self::told(format!("cannot read `{}`: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
            Self::Told(message) => f.write_str(message),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Told(error.to_string())
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        match error {
            // The file of somebody else is no reason to write it.
            LockError::Missing { path } => Self::Told(format!("there is no {}", path.display())),
            LockError::Malformed { path, line, reason } => {
                Self::Told(format!("{}:{line}: {reason}", path.display()))
            }
            error => Self::Told(error.to_string()),
        }
    }
}
