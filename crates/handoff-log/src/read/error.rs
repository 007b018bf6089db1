//! Why a log was not read.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::line::VERSION;

/// The error of a log that could not be read.
///
/// ```
/// let error = handoff_log::RunLog::open("Cargo.toml").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`Cargo.toml` is not a run log: none of its lines starts a run; `handoff_log::Log` writes one"
/// );
/// ```
#[derive(Debug)]
pub struct ReadError {
    path: Option<PathBuf>,
    kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Io(io::Error),
    /// In which line, and what it says.
    Version(u64, u32),
    NoRun,
}

impl ReadError {
    pub(super) fn at(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    /// Returns the path of the file, if the log was opened by a path.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns `true` if the file was read to its end, and no run starts in it.
    ///
    /// It is a file of another kind, or its process was killed before anything was written.
    #[must_use]
    pub fn is_no_log(&self) -> bool {
        matches!(self.kind, Kind::NoRun)
    }
}

impl From<Kind> for ReadError {
    fn from(kind: Kind) -> Self {
        Self { path: None, kind }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Kind::Io(error).into()
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = fmt::from_fn(|f| match &self.path {
            Some(path) => write!(f, "`{}`", path.display()),
            None => f.write_str("this"),
        });
        match &self.kind {
            Kind::Io(error) => write!(f, "cannot read {name}: {error}"),
            Kind::Version(line, found) => write!(
                f,
                "{name} is a run log of version {found} (line {line}), and this version of handoff-log reads {VERSION}: use a newer one"
            ),
            Kind::NoRun => {
                write!(
                    f,
                    "{name} is not a run log: none of its lines starts a run; `handoff_log::Log` writes one"
                )
            }
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            Kind::Version(..) | Kind::NoRun => None,
        }
    }
}
