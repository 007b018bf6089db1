//! What is wrong with what is kept of a run.

use crate::error::ErrorKind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why a run that is kept cannot go on, or cannot be kept. It is no end of the run: nothing is written down, and whoever
/// has what is missing can go on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JournalError {
    /// The program does something else than it did.
    Mismatch(Box<Mismatch>),
    /// Another process has the run, or another future of this one.
    UnderWay {
        /// The run.
        id: String,
    },
    /// The id is that of another run: of another pipeline, or on another input.
    Taken {
        /// The run.
        id: String,
        /// How that is another.
        reason: String,
    },
    /// There is no such run.
    Unknown {
        /// The run.
        id: String,
    },
    /// What is kept cannot be read.
    Unreadable {
        /// The run.
        id: String,
        /// Where, and why.
        reason: String,
    },
    /// The payloads of the run were [taken out](super::Durable::redact): there is nothing to go on from, or to tell.
    Redacted {
        /// The run.
        id: String,
    },
    /// It was gone on with as often as it [may be](super::Durable::max_resumptions), and nothing of it has come to its end
    /// since: one of its agents may end the process. It can be tried [again](super::Durable::again).
    Stuck {
        /// The run.
        id: String,
        /// How often it was gone on with.
        resumed: u32,
    },
    /// It cannot be opened, read, or written to.
    #[non_exhaustive]
    Store {
        /// The run, unless it is about all of them.
        id: Option<String>,
        /// What cannot be done: `write the entries`.
        doing: Cow<'static, str>,
        /// Which file, and what the system says.
        reason: String,
    },
    /// A stage waits for something that the engine has not given it, and that no journal can keep: a
    /// [`Drive`](crate::engine::Drive) of one's own that does more than call agents.
    #[non_exhaustive]
    NotDurable {
        /// The agent that has ended last, if one has.
        after: Option<String>,
        /// Who is handed what that has made, or the input of the run, if it has a name: what waits, unless something beside
        /// it does.
        reader: Option<String>,
    },
    /// What is wrong, in the words of another engine.
    #[non_exhaustive]
    Elsewhere {
        /// Its words.
        message: String,
    },
}

/// Where a program does something else than what is kept of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// The run.
    pub id: String,
    /// Where in the run: see [`Call::place`](super::Call::place).
    pub place: String,
    /// The agent that is kept there. `None` where it is a timer.
    pub recorded: Option<String>,
    /// The agent that is called there now. `None` where nothing is.
    pub found: Option<String>,
    /// Who has made what the agent is handed now: an agent, or the pipeline of which a closure has.
    pub source: Option<String>,
    /// Whether the pipeline is declared otherwise than when the run began, if that is known.
    pub changed: Option<bool>,
}

impl JournalError {
    /// What another engine has to say, in its own words.
    #[must_use]
    #[inline]
    pub fn elsewhere(message: impl Into<String>) -> Self {
        Self::Elsewhere { message: message.into() }
    }

    /// That of a [`Store`](super::Store) which cannot do this, such as `write the entries`: for this reason, in which no
    /// payload is to be. Where it is about a run, whoever drives that adds which.
    #[must_use]
    #[inline]
    pub fn store(doing: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        Self::Store { id: None, doing: doing.into(), reason: reason.into() }
    }

    /// The same of a run, if it is an error of its store and nobody has said so.
    #[must_use]
    pub(super) fn of_run(mut self, run: &str) -> Self {
        if let Self::Store { id: id @ None, .. } = &mut self {
            *id = Some(run.to_owned());
        }
        self
    }
}

impl fmt::Display for JournalError {
    /// On one line.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(mismatch) => write!(f, "{mismatch}"),
            Self::UnderWay { id } => {
                write!(f, "run `{id}` is under way: another process or another future has it")
            }
            Self::Taken { id, reason } => write!(f, "the id `{id}` is that of another run: {reason}"),
            Self::Unknown { id } => write!(f, "no run `{id}` is in the journal"),
            Self::Unreadable { id, reason } => {
                write!(f, "the journal of run `{id}` cannot be read: {reason}")
            }
            Self::Redacted { id } => write!(f, "the payloads of run `{id}` were taken out of the journal"),
            Self::Stuck { id, resumed } => write!(
                f,
                "run `{id}` was gone on with {resumed} times and no call of it has ended since: an agent may end the process each time; once that is mended, `Durable::again` tries the run again"
            ),
            Self::Store { id, doing, reason } => {
                write!(f, "the journal cannot {doing}")?;
                if let Some(id) = id {
                    write!(f, " of run `{id}`")?;
                }
                write!(f, ": {reason}")
            }
            Self::NotDurable { after, reader } => {
                f.write_str("a stage waits for something other than agents and timers, which no journal can keep: wait for it in an agent; ")?;
                match (after, reader) {
                    (Some(agent), Some(reader)) => {
                        write!(f, "agent `{agent}` has ended last, and hands on to `{reader}`")
                    }
                    (Some(agent), None) => write!(f, "agent `{agent}` has ended last"),
                    (None, Some(reader)) => write!(f, "no agent has ended yet, and the first is `{reader}`"),
                    (None, None) => f.write_str("no agent has ended yet"),
                }
            }
            Self::Elsewhere { message } => f.write_str(message),
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
                write!(f, "agent `{found}` is handed something else than it was then")?;
                if let Some(source) = source {
                    write!(f, ", which `{source}` has made")?;
                }
            }
            (Some(recorded), Some(found)) => {
                write!(f, "it was agent `{recorded}` that was called, and now it is agent `{found}`")?;
            }
            (Some(recorded), None) => {
                write!(f, "agent `{recorded}` came to its end next, and now nobody waits for it")?;
            }
            (None, _) => f.write_str("a timer was over next, and now nobody waits for it")?,
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
    /// For an engine whose run cannot go on.
    #[inline]
    fn from(error: JournalError) -> Self {
        Self::Journal(Box::new(error))
    }
}
