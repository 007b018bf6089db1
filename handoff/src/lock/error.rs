//! Why contracts are not as a lock file has them, or why that cannot be said.

use std::path::PathBuf;
use std::{error, fmt, io};

use super::report::Differences;

/// Contracts are not as the lock file has them, or that cannot be told.
///
/// `Display` and `Debug` are the same text for people, with what to do: it is what a failed test prints.
#[non_exhaustive]
pub enum LockError {
    /// Contracts have changed, are new, or are gone.
    Differs(Differences),
    /// There is no such file.
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is no lock file: edited, badly merged, or of another version of handoff.
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Two different contracts have one name, so that the file could hold only one of them.
    SameName {
        /// The name.
        name: String,
        /// The pipelines in which they are, one for each; the same twice if both are in one.
        pipelines: [String; 2],
    },
    /// `HANDOFF_LOCK` has a value that means nothing.
    Setting {
        /// The value.
        value: String,
    },
}

impl fmt::Display for LockError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs(differences) => differences.fmt(f),
            Self::Missing { path } => {
                write!(f, "there is no {}\nto write it: HANDOFF_LOCK=update cargo test", path.display())
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Malformed { path, line, reason } => {
                write!(
                    f,
                    "{}:{line}: {reason}\nto write it anew: HANDOFF_LOCK=update cargo test",
                    path.display()
                )
            }
            Self::SameName { name, pipelines: [one, other] } => {
                write!(f, "two different contracts are called `{name}`, ")?;
                if one == other {
                    write!(f, "both in pipeline `{one}`: give one of them another name")
                } else {
                    write!(
                        f,
                        "one in pipeline `{one}` and one in `{other}`: give one of them another name, or each pipeline a lock file of its own"
                    )
                }
            }
            Self::Setting { value } => {
                write!(
                    f,
                    "HANDOFF_LOCK is {value:?}: set it to `update` to write the lock file, or do not set it"
                )
            }
        }
    }
}

impl fmt::Debug for LockError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for LockError {
    #[inline]
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
