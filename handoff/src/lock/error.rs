//! Why contracts are not as a lock file has them, or why that cannot be said.

use std::path::PathBuf;
use std::{fmt, io};

use thiserror::Error;

use super::report::Differences;

/// An error of [`verify`](super::verify) or of another function that uses a lock file.
///
/// `Display` and `Debug` give the same text for people, which says what to do: it is what a failed test
/// prints.
#[derive(Error)]
#[non_exhaustive]
pub enum LockError {
    /// Contracts have changed, are new, or are gone.
    #[error("{0}")]
    Differs(Differences),
    /// There is no such file.
    #[error("there is no {path}\nto write it: HANDOFF_LOCK=update cargo test")]
    Missing {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// The file is not a lock file: it was edited, badly merged, or written by another version of handoff.
    #[error("{path}:{line}: {reason}\nto write it anew: HANDOFF_LOCK=update cargo test")]
    Malformed {
        /// The path of the file.
        path: PathBuf,
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong with the line.
        reason: String,
    },
    /// Two different contracts have one name, so that the file could hold only one of them.
    #[error("two different contracts are called `{name}`, {}", in_pipelines(pipelines))]
    SameName {
        /// The name.
        name: String,
        /// The pipelines that have the contracts, one for each; the same twice if both are in one.
        pipelines: [String; 2],
    },
    /// `HANDOFF_LOCK` has an unknown value.
    #[error("HANDOFF_LOCK is {value:?}: set it to `update` to write the lock file, or do not set it")]
    Setting {
        /// The value.
        value: String,
    },
}

impl fmt::Debug for LockError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Says where the contracts of one name are, and what to do about it.
#[inline]
fn in_pipelines([one, other]: &[String; 2]) -> String {
    if one == other {
        format!("both in pipeline `{one}`: give one of them another name")
    } else {
        format!(
            "one in pipeline `{one}` and one in `{other}`: give one of them another name, or each pipeline a lock file of its own"
        )
    }
}
