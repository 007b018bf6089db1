//! Calls as text, for hosts of agents in other processes.

use super::call::is_default;
use super::here::attempt_once;
use super::times;
use super::{Call, OneAttempt, Outcome, Spent};
use crate::agent::{Listed, Target, Usage};
use crate::contract::Contract as _;
use crate::engine::before::Before;
use crate::engine::halt::Halt;
use crate::engine::idempotency::CallId;
use crate::engine::origin::Origin;
use crate::engine::scope::Outside;
use crate::engine::tokio::Once;
use crate::engine::{Drive, IdempotencyKey, Runtime};
use crate::envelope::{Brief, Handed, Head, ending_in};
use crate::error::{ErrorKind, PipelineError};
use crate::hex;
use crate::task_path::TaskPath;
use crate::text::one_line;
use crate::trace::{SpanId, TraceId, TraceParent};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// The form in which calls are written, and the only one that is read.
const VERSION: u32 = 3;

/// The error of a text that is not the JSON of a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not the JSON of a call: {reason}")]
pub struct NotACall {
    reason: String,
}

/// A call as text: what the agent's host cannot know of it. What is as it mostly is is left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallText<'t, Handed> {
    version: u32,
    #[serde(borrow)]
    agent: Cow<'t, str>,
    ids: Ids,
    source: Listed,
    to: Listed,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input_budget: Option<u32>,
    /// Whether the [target](Target) is at the end of a task, or of the run.
    #[serde(default, skip_serializing_if = "is_default")]
    ends: bool,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    attempt: u32,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    before: Option<&'t RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<TaskPath>,
    #[serde(default, skip_serializing_if = "is_default")]
    usage: (u64, u64),
    #[serde(default, skip_serializing_if = "is_default")]
    calls: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
    handed: Handed,
}

/// What a call is known by: the trace of its run, the span of the attempt, and the key. As text, their digits one after the
/// other.
#[derive(Clone, Copy)]
struct Ids {
    trace_id: TraceId,
    span: SpanId,
    key: IdempotencyKey,
}

impl Ids {
    #[inline]
    fn read(digits: &str) -> Option<Self> {
        let (trace_id, rest) = digits.split_at_checked(32)?;
        let (span, key) = rest.split_at_checked(16)?;
        Some(Self {
            trace_id: TraceId::read(trace_id)?,
            span: SpanId::read(span)?,
            key: IdempotencyKey::read(key)?,
        })
    }
}

impl fmt::Display for Ids {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trace_id, span, key } = self;
        write!(f, "{trace_id}{span}{key}")
    }
}

impl Serialize for Ids {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ids {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex::deserialize(deserializer, Self::read, "the ids of a call are 80 lower-case hex digits")
    }
}

impl Call {
    /// Writes the call as text, for [`Runtime::serve`] in another process.
    ///
    /// The text is the same whenever the run is resumed. It is `None` if [agents run in this
    /// process](super::Site::ELSEWHERE).
    #[must_use]
    #[inline]
    pub fn to_json(&self) -> Option<String> {
        let asked = CallText {
            version: VERSION,
            agent: self.address.into(),
            ids: Ids { trace_id: self.trace_id, span: self.span, key: self.key },
            source: Listed(self.source),
            to: Listed(self.to.id),
            input_budget: self.to.input_budget,
            ends: self.to.ends,
            attempt: self.attempt,
            before: self.before.as_deref().and_then(raw),
            task: self.task_path.clone(),
            usage: (self.usage.input_tokens, self.usage.output_tokens),
            calls: self.calls,
            parent: self.parent.map(|parent| parent.to_string()),
            until: self.until,
            handed: RawValue::NULL,
        };
        ending_in(&asked, self.handed.as_deref()?)
    }
}

impl<S: Send + Sync + 'static> Runtime<S> {
    /// Makes one attempt of an agent, for a run that another process drives.
    ///
    /// `asked` is the text of [`Call::to_json`](crate::durable::Call). The attempt has the state and the
    /// options of this runtime. A host of agents needs nothing else.
    ///
    /// [`Outcome::Gone`](crate::durable::Outcome::Gone) means that this process goes away, or is being [shut
    /// down](Self::shutdown): ask another host.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a call of this agent, or was written by a later version of handoff
    /// with something that this version does not know. Do not record the error as an outcome: another host
    /// may understand the call.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops the agent.
    #[inline]
    pub async fn serve<A: Drive<OneAttempt<S>>>(&self, asked: &str) -> Result<Outcome, NotACall> {
        let asked = CallText::read(asked, A::ADDRESS)?;
        let CallText { handed, ids, attempt: number, task, usage, calls, until, .. } = asked;
        let Ids { trace_id, span, key } = ids;
        let Listed(source) = asked.source;
        let to = Target { id: asked.to.0, input_budget: asked.input_budget, ends: asked.ends };
        let parent = asked.parent.map(|parent| parent.parse::<TraceParent>()).transpose();
        let parent = parent.map_err(|error| NotACall::because(&error))?;
        // A drift of contracts is told by whoever drives the run, which has the error.
        let refused = |error| {
            let error = PipelineError::new(error, A::ID.clone(), trace_id);
            Ok(Outcome::Failed { error: error.to_json(), spent: Spent::default() })
        };
        let payload = match handed.payload::<A::Input>(source, A::ENTRY) {
            Ok(payload) => payload,
            Err(error) => return refused(ErrorKind::from(error)),
        };
        let halt = Arc::new(Halt::new());
        let Ok(_under_way) = self.common.runs.enter(&halt) else { return Ok(Outcome::Gone) };
        if self.common.timers.find().is_err() {
            return Ok(Outcome::Gone);
        }
        let Brief { confidence, warnings, tokens, .. } = handed;
        let head = Head {
            source,
            target: A::ENTRY,
            trace_id,
            confidence,
            warnings: warnings.into_owned().into(),
            tokens,
            contract: A::Input::emitted(),
        };
        let root = parent.map_or_else(|| SpanId::of_trace(trace_id), |parent| parent.parent_id());
        let origin = Origin { trace_id, parent, span: root };
        let (usage, common) = (Usage::new(usage.0, usage.1), Arc::clone(&self.common));
        let until = until.and_then(times::instant_of);
        let outside = Outside {
            origin,
            agent: A::ID,
            number,
            span,
            task_path: task,
            usage,
            calls,
            run: None,
            until,
            halt,
        };
        let mut once = Once { number, before: Before::of(CallId::Named(key)), span_id: span };
        if let Some(before) = asked.before {
            once.before.read(before.get());
        }
        let state = Arc::clone(&self.state);
        Ok(attempt_once::<A, S>(common, state, outside, once, Handed::new(payload, head), to).await)
    }
}

impl<'t> CallText<'t, Brief<'t>> {
    /// What is asked of the agent of this address.
    #[inline]
    fn read(asked: &'t str, address: &str) -> Result<Self, NotACall> {
        let read: Result<Self, _> = serde_json::from_str(asked);
        let version = read.as_ref().map_or_else(|_| Versioned::of(asked), |read| Some(read.version));
        if let Some(version) = version.filter(|version| *version != VERSION) {
            return Err(NotACall::because(&format_args!(
                "its version is {version}, and this version of handoff reads {VERSION}"
            )));
        }
        let asked = read.map_err(|error| NotACall::because(&error))?;
        if asked.agent != address {
            let agent = &asked.agent;
            return Err(NotACall::because(&format_args!(
                "it is a call of agent `{agent}`, not of `{address}`"
            )));
        }
        Ok(asked)
    }
}

/// Of a call in a form that is not known, as much as is.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Versioned {
    #[inline]
    fn of(asked: &str) -> Option<u32> {
        serde_json::from_str::<Self>(asked).ok().map(|asked| asked.version)
    }
}

#[inline]
fn raw(json: &str) -> Option<&RawValue> {
    serde_json::from_str(json).ok()
}

#[inline]
fn first() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's
#[inline]
fn is_first(attempt: &u32) -> bool {
    *attempt == 1
}

impl NotACall {
    #[inline]
    fn because(reason: &dyn fmt::Display) -> Self {
        Self { reason: one_line(reason) }
    }
}
