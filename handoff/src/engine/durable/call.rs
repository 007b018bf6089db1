//! One attempt of one agent, as it is asked for, and how it ended.

use crate::agent::{AgentId, FinishReason, Target, Usage};
use crate::engine::IdempotencyKey;
use crate::envelope::ending_in;
use crate::hex;
use crate::task_path::TaskPath;
use crate::trace::{SpanId, TraceId, TraceParent};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A call: one attempt of one agent.
#[non_exhaustive]
pub struct Call {
    /// The place of the call in the run.
    ///
    /// `2` is the third step, and `1.3/0` the first one in task 3 of the fan-out that is the second. The
    /// place is unique among the calls of a run, whose attempts share it, and it is the same whenever the run
    /// is resumed, whatever the order in which tasks end.
    pub place: String,
    /// The agent.
    pub agent: &'static AgentId,
    /// The name by which an engine calls agents in other processes.
    pub address: &'static str,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The hash of the agent's input.
    pub input: InputHash,
    /// What it is handed, as text, with what is to be known of it, if agents are in
    /// [other processes](super::Site::ELSEWHERE).
    pub(super) handed: Option<String>,
    /// The errors of earlier attempts, as text, from which the agent's context tells them.
    pub before: Option<String>,
    /// The origin of the input: an agent, or the pipeline one of whose closures made it.
    pub source: &'static AgentId,
    /// The agent that reads the output.
    pub to: Target,
    /// The path of the task that the call is in.
    pub task_path: Option<TaskPath>,
    /// The longest that the attempt may take.
    pub timeout: Option<Duration>,
    /// The id of the attempt's span in the run's trace.
    pub span: SpanId,
    /// The tokens that the run's models took before this call.
    pub usage: Usage,
    /// The number of calls of agents in the run before this one, if that is limited.
    pub calls: u64,
    /// The operation elsewhere that the run is part of.
    pub parent: Option<TraceParent>,
    /// The key of the call that this is an attempt of: see
    /// [`Context::idempotency_key`](crate::Context::idempotency_key).
    pub key: IdempotencyKey,
    /// The question as JSON, if the agent is a [signal](macro@crate::agent#signals).
    ///
    /// The outcome is then an answer from outside, and a [timer](super::Journal::sleep) bounds how long the
    /// signal waits.
    pub signal: Option<String>,
    pub(super) trace_id: TraceId,
    /// When the run's deadline passes, in milliseconds since 1970, if it [is the same](super::Origin::until) wherever the
    /// run is resumed.
    pub(super) until: Option<u64>,
    /// The attempt itself, if agents run in this process.
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

/// The future of one attempt.
///
/// Nothing happens before it is first polled, and dropping it stops the agent.
pub struct Work(Pin<Box<dyn Future<Output = Outcome> + Send>>);

impl Work {
    /// Wraps a future that makes the attempt.
    #[inline]
    pub fn new(work: impl Future<Output = Outcome> + Send + 'static) -> Self {
        Self(Box::pin(work))
    }
}

impl IntoFuture for Work {
    type Output = Outcome;
    type IntoFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

impl fmt::Debug for Work {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work")
    }
}

/// A hash of an agent's input: 128 bits of its JSON, by [FNV-1a].
///
/// It tells whether the input is the same as before. It does not withstand somebody who forges an input on
/// purpose.
///
/// `Display` writes 32 lower-case hex digits.
///
/// [FNV-1a]: http://www.isthe.com/chongo/tech/comp/fnv/
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InputHash(u128);

impl InputHash {
    /// Hashes this JSON.
    #[must_use]
    #[inline]
    pub fn of(json: &str) -> Self {
        const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        const PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;
        Self(json.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME)))
    }

    /// Returns the bytes of the hash.
    #[must_use]
    #[inline]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for InputHash {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.to_bytes())
    }
}

impl fmt::Debug for InputHash {
    #[inline]
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

/// The tokens and calls that an attempt has taken, which count against the limits of its run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Spent {
    /// The tokens that models took, as far as the agent reported it.
    #[serde(with = "said", default, skip_serializing_if = "is_default")]
    pub usage: Option<Usage>,
    /// The calls of agents within the attempt: of tools, and in runs that it started.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calls: u64,
    /// The tokens that the models of these calls took.
    #[serde(with = "tokens", default, skip_serializing_if = "is_default")]
    pub of_calls: Usage,
    /// The model that answered last, if the agent reported it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model: Option<String>,
    /// The reason why that model stopped writing.
    #[serde(with = "finish", default, skip_serializing_if = "is_default")]
    pub finish_reason: Option<FinishReason>,
}

impl Spent {
    #[inline]
    pub(super) fn is_nothing(&self) -> bool {
        is_default(self)
    }

    /// All that models have taken.
    #[inline]
    pub(super) fn tokens(&self) -> Usage {
        self.usage.unwrap_or_default().plus(self.of_calls)
    }
}

#[inline]
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

/// The outcome of a call or a timer.
#[derive(Clone)]
pub enum Outcome {
    /// The agent returned an output.
    Done {
        /// The output as JSON, with what its [`Envelope`](crate::Envelope) says of it that the run does not
        /// know.
        ///
        /// The warnings are those of this attempt.
        output: String,
        /// The tokens and calls that the attempt took.
        spent: Spent,
    },
    /// The attempt has failed.
    Failed {
        /// The error, as [`PipelineError::to_json`](crate::PipelineError::to_json) writes it.
        error: String,
        /// The tokens and calls that the attempt took all the same.
        spent: Spent,
    },
    /// The engine does not make the call, for good, and the reason. The agent is not tried again.
    Refused(String),
    /// The timer fired.
    Fired,
    /// The process went away before the attempt ended: its outcome is unknown.
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
            Self::Refused(reason) => f.debug_tuple("Refused").field(reason).finish(),
            Self::Fired => f.write_str("Fired"),
            Self::Gone => f.write_str("Gone"),
        }
    }
}

/// An outcome as text. What may be large stands at its end.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct Answered<'t> {
    #[serde(default, skip_serializing_if = "Spent::is_nothing")]
    spent: Cow<'t, Spent>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    output: Option<&'t RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    error: Option<&'t RawValue>,
}

impl Outcome {
    /// Writes the outcome of a call as text, for [`from_json`](Self::from_json). `None` if it is not that of an agent.
    #[must_use]
    #[inline]
    pub fn to_json(&self) -> Option<String> {
        let null = Some(RawValue::NULL);
        match self {
            Self::Done { output, spent } => {
                let answered = Answered { spent: Cow::Borrowed(spent), output: null, error: None };
                ending_in(&answered, output)
            }
            Self::Failed { error, spent } => {
                let answered = Answered { spent: Cow::Borrowed(spent), output: None, error: null };
                ending_in(&answered, error)
            }
            Self::Refused(_) | Self::Fired | Self::Gone => None,
        }
    }

    /// Reads what [`to_json`](Self::to_json) wrote. `None` for any other text.
    #[must_use]
    #[inline]
    pub fn from_json(json: &str) -> Option<Self> {
        let Answered { spent, output, error } = serde_json::from_str(json).ok()?;
        let spent = spent.into_owned();
        match (output, error) {
            (Some(output), None) => Some(Self::Done { output: output.get().to_owned(), spent }),
            (None, Some(error)) => Some(Self::Failed { error: error.get().to_owned(), spent }),
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
