//! What is kept of a run.

use super::{InputHash, SignalAsked, Spent};
use crate::contract::Fingerprint;
use crate::trace::TraceId;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;
use std::fmt;

/// One thing that is kept of a run, in the order in which they came.
///
/// As JSON it is a line of the run's file, `{"done": {…}}`. Payloads are in it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// The run has begun. The first entry, and never another one.
    Run(Box<Head>),
    /// A process goes on with it.
    Resumed {
        /// When, in milliseconds since 1970.
        at: u64,
        /// The process.
        pid: u32,
    },
    /// It is tried again from its input, whatever it had come to: what has succeeded before is used again where the same
    /// agent is handed the same in the same task, and what has failed is not.
    Again {
        /// When, in milliseconds since 1970.
        at: u64,
    },
    /// An attempt of an agent has ended in an output.
    Done {
        /// Where in the run: see [`Call::place`](super::Call::place).
        place: String,
        /// The agent.
        agent: String,
        /// Which attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// Stands for what it was handed.
        input: InputHash,
        /// Its output, with what is to be known of it.
        output: Box<RawValue>,
        /// What the attempt has taken.
        #[serde(default, skip_serializing_if = "Spent::is_nothing")]
        spent: Spent,
    },
    /// An attempt of an agent has ended in an error.
    Failed {
        /// Where in the run: see [`Call::place`](super::Call::place).
        place: String,
        /// The agent.
        agent: String,
        /// Which attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// Stands for what it was handed.
        input: InputHash,
        /// The error.
        error: Box<RawValue>,
        /// What the attempt has taken.
        #[serde(default, skip_serializing_if = "Spent::is_nothing")]
        spent: Spent,
    },
    /// A signal has begun to wait for its answer.
    Waits {
        /// Where in the run: see [`Call::place`](super::Call::place).
        place: String,
        /// Which attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// What is asked, and of whom.
        signal: Box<SignalAsked>,
    },
    /// A signal waits no more, and has no answer.
    Withdrawn {
        /// Where in the run: see [`Call::place`](super::Call::place).
        place: String,
        /// Which attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
    },
    /// A timer has begun.
    Timer {
        /// Where in the run: see [`Timer::place`](super::Timer::place).
        place: String,
        /// When it is over, in milliseconds since 1970.
        until: u64,
    },
    /// A timer is over.
    Fired {
        /// Where in the run: see [`Timer::place`](super::Timer::place).
        place: String,
    },
    /// The run has ended. The last entry, unless it is tried [again](Self::Again).
    Ended {
        /// When, in milliseconds since 1970.
        at: u64,
        /// Its result,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        envelope: Option<Box<RawValue>>,
        /// or its error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Box<RawValue>>,
    },
}

/// What is known of a run from the beginning.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Head {
    /// The form of the entries. It is read first, so that one that is not known is told as such.
    #[serde(deserialize_with = "known_version")]
    pub version: u32,
    /// The run.
    pub id: String,
    /// The pipeline.
    pub pipeline: String,
    /// Its trace.
    pub trace_id: TraceId,
    /// The operation elsewhere that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// When it began, in milliseconds since 1970.
    pub at: u64,
    /// How long it may take from then on, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<u64>,
    /// Stands for the pipeline's declaration, with its contracts.
    pub shape: String,
    /// The fingerprint of the contract of its input.
    pub schema: Fingerprint,
    /// Its input.
    pub input: Box<RawValue>,
    /// Whether payloads were taken out of what is kept: `false` is in the place of each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
}

impl Entry {
    /// Takes out whatever a user's words may be in.
    pub(super) fn redact(&mut self) {
        // Not `null`, which would be no result and no error where it is one of them.
        let nothing = || RawValue::FALSE.to_owned();
        match self {
            Self::Run(head) => (head.input, head.redacted) = (nothing(), true),
            Self::Done { input, output, .. } => (*input, *output) = (InputHash::of(""), nothing()),
            Self::Failed { input, error, .. } => (*input, *error) = (InputHash::of(""), nothing()),
            Self::Ended { envelope, error, .. } => {
                for json in [envelope, error] {
                    *json = json.as_ref().map(|_| nothing());
                }
            }
            // What was asked is not; that something was, is.
            Self::Waits { place, attempt, .. } => {
                *self = Self::Withdrawn { place: std::mem::take(place), attempt: *attempt };
            }
            Self::Resumed { .. }
            | Self::Again { .. }
            | Self::Withdrawn { .. }
            | Self::Timer { .. }
            | Self::Fired { .. } => {}
        }
    }
}

/// Without payloads.
impl fmt::Debug for Entry {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(head) => f.debug_tuple("Run").field(head).finish(),
            Self::Resumed { at, pid } => f.debug_struct("Resumed").field("at", at).field("pid", pid).finish(),
            Self::Again { at } => f.debug_struct("Again").field("at", at).finish(),
            Self::Done { place, agent, attempt, .. } => write!(f, "Done({place}@{attempt}, {agent})"),
            Self::Failed { place, agent, attempt, .. } => write!(f, "Failed({place}@{attempt}, {agent})"),
            Self::Waits { place, attempt, signal } => write!(f, "Waits({place}@{attempt}, {signal:?})"),
            Self::Withdrawn { place, attempt } => write!(f, "Withdrawn({place}@{attempt})"),
            Self::Timer { place, until } => {
                f.debug_struct("Timer").field("place", place).field("until", until).finish()
            }
            Self::Fired { place } => f.debug_struct("Fired").field("place", place).finish(),
            Self::Ended { at, error, .. } => f
                .debug_struct("Ended")
                .field("at", at)
                .field("well", &error.is_none())
                .finish_non_exhaustive(),
        }
    }
}

/// Without its input.
impl fmt::Debug for Head {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, pipeline, trace_id, at, .. } = self;
        let mut shown = f.debug_struct("Head");
        shown.field("id", id).field("pipeline", pipeline).field("trace_id", trace_id).field("at", at);
        shown.finish_non_exhaustive()
    }
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    Head::is_known(version).map_err(de::Error::custom)?;
    Ok(version)
}

fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's
fn is_one(attempt: &u32) -> bool {
    *attempt == 1
}
