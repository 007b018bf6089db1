//! What is kept of a run.

use super::{InputHash, SignalAsked, Spent};
use crate::contract::Fingerprint;
use crate::trace::TraceId;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;
use std::fmt;

/// An entry of a run's journal. Entries are in the order in which things happened.
///
/// As JSON, an entry is a line of the run's file, `{"done": {…}}`. It contains payloads.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// The run has begun. This is the first entry, and there is no other one.
    Run(Box<Head>),
    /// A process has resumed the run.
    Resumed {
        /// The time, in milliseconds since 1970.
        at: u64,
        /// The id of the process.
        pid: u32,
    },
    /// The run is retried from its input, whatever its state was.
    ///
    /// Outputs of earlier entries are used again if the same agent gets the same input in the same task;
    /// failures are not.
    Again {
        /// The time, in milliseconds since 1970.
        at: u64,
    },
    /// An attempt of an agent has returned an output.
    Done {
        /// The place of the call: see [`Call::place`](super::Call::place).
        place: String,
        /// The agent.
        agent: String,
        /// The number of the attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// The hash of the agent's input.
        input: InputHash,
        /// The output, with what its envelope says of it.
        output: Box<RawValue>,
        /// The tokens and calls that the attempt took.
        #[serde(default, skip_serializing_if = "Spent::is_nothing")]
        spent: Spent,
    },
    /// An attempt of an agent has failed.
    Failed {
        /// The place of the call: see [`Call::place`](super::Call::place).
        place: String,
        /// The agent.
        agent: String,
        /// The number of the attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// The hash of the agent's input.
        input: InputHash,
        /// The error.
        error: Box<RawValue>,
        /// The tokens and calls that the attempt took.
        #[serde(default, skip_serializing_if = "Spent::is_nothing")]
        spent: Spent,
    },
    /// A signal has begun to wait for its answer.
    Waits {
        /// The place of the call: see [`Call::place`](super::Call::place).
        place: String,
        /// The number of the attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
        /// The question, and who it is asked for.
        signal: Box<SignalAsked>,
    },
    /// A signal has stopped waiting without an answer.
    Withdrawn {
        /// The place of the call: see [`Call::place`](super::Call::place).
        place: String,
        /// The number of the attempt.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        attempt: u32,
    },
    /// A timer has been started.
    Timer {
        /// The place of the timer: see [`Timer::place`](super::Timer::place).
        place: String,
        /// The time when it fires, in milliseconds since 1970.
        until: u64,
    },
    /// A timer has fired.
    Fired {
        /// The place of the timer: see [`Timer::place`](super::Timer::place).
        place: String,
    },
    /// The run has ended. This is the last entry, unless the run is [retried](Self::Again).
    Ended {
        /// The time, in milliseconds since 1970.
        at: u64,
        /// The result, if the run succeeded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        envelope: Option<Box<RawValue>>,
        /// The error, if the run failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Box<RawValue>>,
    },
}

/// The head of a run's journal: what was known when it began.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Head {
    /// The version of the form of the entries. It is read first, so that an unknown one is reported as such.
    #[serde(deserialize_with = "known_version")]
    pub version: u32,
    /// The id of the run.
    pub id: String,
    /// The name of the pipeline.
    pub pipeline: String,
    /// The trace id of the run.
    pub trace_id: TraceId,
    /// The operation elsewhere that the run is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The time when the run began, in milliseconds since 1970.
    pub at: u64,
    /// The longest that the run may take from then on, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<u64>,
    /// The hash of the pipeline's declaration, with its contracts.
    pub shape: String,
    /// The fingerprint of the contract of the input.
    pub schema: Fingerprint,
    /// The input.
    pub input: Box<RawValue>,
    /// Whether payloads were removed: `false` is in the place of each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
}

impl Entry {
    /// Takes out whatever a user's words may be in.
    #[inline]
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

#[inline]
fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    Head::is_known(version).map_err(de::Error::custom)?;
    Ok(version)
}

#[inline]
fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's
#[inline]
fn is_one(attempt: &u32) -> bool {
    *attempt == 1
}
