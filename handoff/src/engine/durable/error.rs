//! What is wrong with what is kept of a run.

use crate::error::ErrorKind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// The reason why a durable run cannot be resumed or recorded.
///
/// Most do not end the run: nothing is recorded, and the run can be resumed when the cause is gone. See
/// [`Refused`](Self::Refused) for the one that is an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JournalError {
    /// The program no longer does what it did.
    Mismatch(Box<Mismatch>),
    /// The run is under way already, in another process or in another future of this one.
    UnderWay {
        /// The id of the run.
        id: String,
    },
    /// The id is that of another run: of another pipeline, or on another input.
    Taken {
        /// The id of the run.
        id: String,
        /// The difference from the other run.
        reason: String,
    },
    /// There is no run of this id.
    Unknown {
        /// The id of the run.
        id: String,
    },
    /// The journal of the run cannot be read.
    Unreadable {
        /// The id of the run.
        id: String,
        /// The place, and the reason.
        reason: String,
    },
    /// The payloads of the run were [removed](super::Durable::redact), so it can neither be resumed nor
    /// reported.
    Redacted {
        /// The id of the run.
        id: String,
    },
    /// The run was resumed as often as [allowed](super::Durable::max_resumptions), and nothing in it has
    /// ended since.
    ///
    /// One of its agents may end the process. The run can be [retried](super::Durable::again).
    Stuck {
        /// The id of the run.
        id: String,
        /// The number of times that it was resumed.
        resumed: u32,
    },
    /// A file, or another store, cannot be opened, read or written.
    #[non_exhaustive]
    Store {
        /// The id of the run. `None` if the error concerns all runs.
        id: Option<String>,
        /// The action that fails: `write the entries`.
        doing: Cow<'static, str>,
        /// The file, and the error of the operating system.
        reason: String,
    },
    /// A stage waits for something that no journal can record.
    ///
    /// A [`Drive`](crate::engine::Drive) of your own must not await anything but its engine.
    #[non_exhaustive]
    NotDurable {
        /// The agent whose attempt ended last.
        after: Option<String>,
        /// The stage that reads the output of that agent, or the input of the run: the one that waits, unless the
        /// pipeline has others under way.
        reader: Option<String>,
    },
    /// The engine does not make a call, for good. The call has failed with this, and is not made again.
    ///
    /// Somebody has killed or cancelled the call beside the run, for instance, or its agent has answered what no
    /// agent does.
    #[non_exhaustive]
    Refused {
        /// The reason, and what to do.
        reason: String,
    },
    /// Another engine cannot go on, for a reason in its own words.
    #[non_exhaustive]
    Elsewhere {
        /// The reason.
        message: String,
    },
}

/// A difference between what a program does and the journal of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// The id of the run.
    pub id: String,
    /// The place in the run: see [`Call::place`](super::Call::place).
    pub place: String,
    /// The agent that was recorded there. `None` for a timer.
    pub recorded: Option<String>,
    /// The agent that is called there now. `None` for no call.
    pub found: Option<String>,
    /// The origin of the agent's input now: an agent, or the pipeline one of whose closures made it.
    pub source: Option<String>,
    /// Whether the pipeline's declaration has changed since the run began, if that is known.
    pub changed: Option<bool>,
}

impl JournalError {
    /// Creates an error of another engine, in its own words.
    #[must_use]
    #[inline]
    pub fn elsewhere(message: impl Into<String>) -> Self {
        Self::Elsewhere { message: message.into() }
    }

    /// Returns the error of a [`Store`](super::Store) that cannot do this, such as `write the entries`, for this reason. The
    /// engine adds the run. The reason must not contain payloads.
    #[must_use]
    #[inline]
    pub fn store(doing: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        Self::Store { id: None, doing: doing.into(), reason: reason.into() }
    }

    /// Adds the run to the error of a store, if it has none.
    #[must_use]
    #[inline]
    pub(super) fn of_run(mut self, run: &str) -> Self {
        if let Self::Store { id: id @ None, .. } = &mut self {
            *id = Some(run.to_owned());
        }
        self
    }

    /// Whether it is how a call has ended, and not why its run does not go on.
    #[inline]
    pub(crate) fn is_of_a_call(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl fmt::Display for JournalError {
    /// On one line.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(mismatch) => write!(f, "{mismatch}"),
            Self::UnderWay { id } => {
                write!(f, "run `{id}` is under way in another process, or in another future of this one")
            }
            Self::Taken { id, reason } => write!(f, "the id `{id}` is that of another run: {reason}"),
            Self::Unknown { id } => write!(f, "no run `{id}` is in the journal"),
            Self::Unreadable { id, reason } => {
                write!(f, "the journal of run `{id}` cannot be read: {reason}")
            }
            Self::Redacted { id } => {
                write!(f, "the payloads of run `{id}` were removed from the journal, so it cannot be resumed")
            }
            Self::Stuck { id, resumed } => write!(
                f,
                "run `{id}` was resumed {resumed} times, and none of its calls has ended since: an agent may end the process each time; once that is fixed, `Durable::again` retries the run"
            ),
            Self::Store { id, doing, reason } => {
                write!(f, "the journal cannot {doing}")?;
                if let Some(id) = id {
                    write!(f, " of run `{id}`")?;
                }
                write!(f, ": {reason}")
            }
            Self::NotDurable { after, reader } => {
                f.write_str("a stage waits for something other than agents and timers, which no journal can record: wait for it in an agent; ")?;
                match (after, reader) {
                    (Some(agent), Some(reader)) => {
                        write!(f, "agent `{agent}` has ended last, and hands on to `{reader}`")
                    }
                    (Some(agent), None) => write!(f, "agent `{agent}` has ended last"),
                    (None, Some(reader)) => write!(f, "no agent has ended yet, and the first is `{reader}`"),
                    (None, None) => f.write_str("no agent has ended yet"),
                }
            }
            Self::Refused { reason: said } | Self::Elsewhere { message: said } => f.write_str(said),
        }
    }
}

impl fmt::Display for Mismatch {
    /// On one line.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, place, recorded, found, source, changed } = self;
        write!(f, "run `{id}` does not fit this program: at `{place}`, ")?;
        match (recorded, found) {
            (Some(recorded), Some(found)) if recorded == found => {
                write!(f, "agent `{found}` gets another input than when the run was recorded")?;
                if let Some(source) = source {
                    write!(f, ", made by `{source}`")?;
                }
            }
            (Some(recorded), Some(found)) => {
                write!(
                    f,
                    "agent `{recorded}` was called when the run was recorded, and now agent `{found}` is"
                )?;
            }
            (Some(recorded), None) => {
                write!(
                    f,
                    "the outcome of agent `{recorded}` was recorded next, and now the program does not wait for it"
                )?;
            }
            (None, _) => {
                f.write_str("a timer was recorded next, and now the program does not wait for it")?;
            }
        }
        f.write_str(match changed {
            Some(true) => "; the pipeline or its contracts have changed since the run began",
            Some(false) => {
                "; the pipeline is declared as it was, so a closure of it (`map`, `label`, `until`, `recover`, a guard) or a `Serialize` has changed, or depends on a clock, on chance, or on the order of a `HashMap`"
            }
            None => "",
        })
    }
}

impl Error for JournalError {}

impl From<JournalError> for ErrorKind {
    /// Converts the error for an engine whose run cannot go on.
    #[inline]
    fn from(error: JournalError) -> Self {
        Self::Journal(Box::new(error))
    }
}
