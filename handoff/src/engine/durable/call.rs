//! One attempt of one agent, as it is asked for, and how it ended.

use crate::agent::{AgentId, FinishReason, Target, Usage};
use crate::engine::IdempotencyKey;
use crate::hex;
use crate::task_path::TaskPath;
use crate::trace::{SpanId, TraceId, TraceParent};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// One attempt of one agent.
#[non_exhaustive]
pub struct Call {
    /// Where in the run the agent is called: `2` is the third step, and `1.3/0` the first in task 3 of the fan-out that is
    /// the second. Unique among the calls of a run, whose attempts share it, and the same wherever the run is gone on with,
    /// whatever the order in which tasks end.
    pub place: String,
    /// The agent.
    pub agent: &'static AgentId,
    /// What an engine calls it by whose agents are in other processes.
    pub address: &'static str,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Stands for what it is handed.
    pub input: InputHash,
    /// What it is handed, as text, with what is to be known of it, if agents are in
    /// [other processes](super::Site::ELSEWHERE).
    pub(super) handed: Option<String>,
    /// Why earlier attempts have failed, as text, for the same.
    pub before: Option<String>,
    /// Who has made what it is handed: an agent, or the pipeline in which a closure has.
    pub source: &'static AgentId,
    /// Who reads what it hands on.
    pub to: Target,
    /// The task of a fan-out that it is in.
    pub task_path: Option<TaskPath>,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Stands for it in the run's trace.
    pub span: SpanId,
    /// What the models of the run have taken before it.
    pub usage: Usage,
    /// How often agents have been called in the run before it, where that is bounded.
    pub calls: u64,
    /// The operation elsewhere that the run is part of.
    pub parent: Option<TraceParent>,
    /// Names the call of which this is an attempt: see [`Context::idempotency_key`](crate::Context::idempotency_key).
    pub key: IdempotencyKey,
    /// What is asked, as JSON, if the agent is a [signal](macro@crate::agent#signals): an answer from outside is what it
    /// comes to, and a [timer](super::Journal::sleep) bounds how long it waits.
    pub signal: Option<String>,
    pub(super) trace_id: TraceId,
    /// The attempt itself, if agents are in this process.
    pub work: Option<Work>,
}

/// Without what the agent is handed.
impl fmt::Debug for Call {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, agent, attempt, input, key, .. } = self;
        let mut shown = f.debug_struct("Call");
        shown.field("place", place).field("agent", agent).field("attempt", attempt);
        shown.field("input", input).field("key", key).finish_non_exhaustive()
    }
}

/// One attempt, to be awaited. Nothing happens before it is first polled, and dropping it stops the agent.
pub struct Work(Pin<Box<dyn Future<Output = Outcome> + Send>>);

impl Work {
    /// One that comes to what this future does.
    pub fn new(work: impl Future<Output = Outcome> + Send + 'static) -> Self {
        Self(Box::pin(work))
    }
}

impl IntoFuture for Work {
    type Output = Outcome;
    type IntoFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work")
    }
}

/// Stands for what an agent is handed: 128 bits of its JSON, by [FNV-1a]. It tells whether it is the same as it was, and
/// is no defence against somebody who wants it to look so.
///
/// `Display` gives 32 lower-case hex digits.
///
/// [FNV-1a]: http://www.isthe.com/chongo/tech/comp/fnv/
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InputHash(u128);

impl InputHash {
    /// Of this JSON.
    #[must_use]
    #[inline]
    pub fn of(json: &str) -> Self {
        const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        const PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;
        Self(json.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME)))
    }

    /// Its bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for InputHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for InputHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InputHash({self})")
    }
}

/// As its 32 digits.
impl Serialize for InputHash {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for InputHash {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "the hash of an input is 32 lower-case hex digits";
        hex::deserialize(deserializer, hex::read, expected).map(|bytes| Self(u128::from_be_bytes(bytes)))
    }
}

/// What an attempt has taken of models and agents, which counts against the limits of its run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Spent {
    /// What models have taken, if its agent has said so.
    #[serde(with = "said", default, skip_serializing_if = "is_default")]
    pub usage: Option<Usage>,
    /// How many agents were called within it: as tools, and in runs that it has started.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calls: u64,
    /// What models have taken by these.
    #[serde(with = "tokens", default, skip_serializing_if = "is_default")]
    pub of_calls: Usage,
    /// The model that has answered last, if its agent has said so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model: Option<String>,
    /// Why that stopped writing.
    #[serde(with = "finish", default, skip_serializing_if = "is_default")]
    pub finish_reason: Option<FinishReason>,
}

impl Spent {
    pub(super) fn is_nothing(&self) -> bool {
        is_default(self)
    }

    /// All that models have taken.
    pub(super) fn tokens(&self) -> Usage {
        self.usage.unwrap_or_default().plus(self.of_calls)
    }
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// As `[input, output]`.
#[allow(clippy::trivially_copy_pass_by_ref)] // serde's
mod tokens {
    use crate::agent::Usage;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[inline]
    pub(super) fn serialize<S: Serializer>(usage: &Usage, serializer: S) -> Result<S::Ok, S::Error> {
        (usage.input_tokens, usage.output_tokens).serialize(serializer)
    }

    #[inline]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Usage, D::Error> {
        let (input_tokens, output_tokens) = Deserialize::deserialize(deserializer)?;
        Ok(Usage { input_tokens, output_tokens })
    }
}

/// The same, if there is one.
#[allow(clippy::ref_option)] // serde's
mod said {
    use super::tokens;
    use crate::agent::Usage;
    use serde::{Deserializer, Serializer};

    #[inline]
    pub(super) fn serialize<S: Serializer>(usage: &Option<Usage>, serializer: S) -> Result<S::Ok, S::Error> {
        match usage {
            Some(usage) => tokens::serialize(usage, serializer),
            None => serializer.serialize_none(),
        }
    }

    #[inline]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Usage>, D::Error> {
        tokens::deserialize(deserializer).map(Some)
    }
}

/// In its word.
#[allow(clippy::ref_option)] // serde's
mod finish {
    use crate::agent::FinishReason;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[inline]
    pub(super) fn serialize<S: Serializer>(
        finish: &Option<FinishReason>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        finish.as_ref().map(ToString::to_string).serialize(serializer)
    }

    #[inline]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<FinishReason>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(FinishReason::read))
    }
}

/// How something has ended that was asked for.
#[derive(Clone)]
pub enum Outcome {
    /// The agent's output.
    Done {
        /// As JSON, with what an [`Envelope`](crate::Envelope) says of it that the run does not know. Its warnings are
        /// those of this attempt.
        output: String,
        /// What the attempt has taken.
        spent: Spent,
    },
    /// The attempt has failed.
    Failed {
        /// Why, as [`PipelineError::to_json`](crate::PipelineError::to_json) writes it.
        error: String,
        /// What it has taken all the same.
        spent: Spent,
    },
    /// The time is over.
    Fired,
    /// The process goes away under it: nothing is known.
    Gone,
}

/// Without payloads.
impl fmt::Debug for Outcome {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done { spent, .. } => f.debug_struct("Done").field("spent", spent).finish_non_exhaustive(),
            Self::Failed { spent, .. } => {
                f.debug_struct("Failed").field("spent", spent).finish_non_exhaustive()
            }
            Self::Fired => f.write_str("Fired"),
            Self::Gone => f.write_str("Gone"),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct Answered {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Spent::is_nothing")]
    spent: Spent,
}

impl Outcome {
    /// How a call has ended, as text, for [`from_json`](Self::from_json) in another process or at another time. `None`
    /// of what is no end of a call.
    #[must_use]
    #[inline]
    pub fn to_json(&self) -> Option<String> {
        let raw = |json: &String| RawValue::from_string(json.clone()).ok();
        let answered = match self {
            Self::Done { output, spent } => {
                Answered { output: Some(raw(output)?), error: None, spent: spent.clone() }
            }
            Self::Failed { error, spent } => {
                Answered { output: None, error: Some(raw(error)?), spent: spent.clone() }
            }
            Self::Fired | Self::Gone => return None,
        };
        serde_json::to_string(&answered).ok()
    }

    /// Reads what [`to_json`](Self::to_json) has written. `None` of anything else.
    #[must_use]
    #[inline]
    pub fn from_json(json: &str) -> Option<Self> {
        let Answered { output, error, spent } = serde_json::from_str(json).ok()?;
        match (output, error) {
            (Some(output), None) => {
                Some(Self::Done { output: String::from(Box::<str>::from(output)), spent })
            }
            (None, Some(error)) => Some(Self::Failed { error: String::from(Box::<str>::from(error)), spent }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_hashed_as_the_standard_says() {
        // The test vectors of its authors.
        assert_eq!(InputHash::of("").to_string(), "6c62272e07bb014262b821756295c58d");
        assert_eq!(InputHash::of("a").to_string(), "d228cb696f1a8caf78912b704e4a8964");
        assert_eq!(InputHash::of("foobar").to_string(), "343e1662793c64bf6f0d3597ba446f18");
        let hash = InputHash::of("foobar");
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<InputHash>(&json).unwrap(), hash);
        serde_json::from_str::<InputHash>(&json.to_uppercase()).unwrap_err();
    }

    #[test]
    fn outcomes_are_read_as_they_are_written() {
        let spent = Spent {
            usage: Some(Usage::new(3, u64::MAX)),
            calls: 2,
            of_calls: Usage::new(0, 1),
            model: Some("small".to_owned()),
            finish_reason: Some(FinishReason::Other("tired".into())),
        };
        let json = Outcome::Done { output: r#"{"payload": 1}"#.to_owned(), spent: spent.clone() }.to_json();
        let json = json.unwrap();
        let Some(Outcome::Done { output, spent: read }) = Outcome::from_json(&json) else { panic!("{json}") };
        assert_eq!((&*output, read), (r#"{"payload": 1}"#, spent));

        let json = Outcome::Failed { error: "{}".to_owned(), spent: Spent::default() }.to_json().unwrap();
        assert_eq!(json, r#"{"error":{}}"#);
        let Some(Outcome::Failed { error, spent }) = Outcome::from_json(&json) else { panic!("{json}") };
        assert_eq!((&*error, spent), ("{}", Spent::default()));

        assert!(Outcome::Fired.to_json().is_none() && Outcome::Gone.to_json().is_none());
        assert!(Outcome::from_json("{}").is_none() && Outcome::from_json("").is_none());
    }
}
