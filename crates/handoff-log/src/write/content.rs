//! What is redacted.

use std::borrow::Cow;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// Content of a log that is not in handoff's own words: see [`Log::redact`](super::Log::redact).
#[derive(Debug)]
#[non_exhaustive]
pub enum Content<'a> {
    /// A payload, if the log has [payloads](super::Log::payloads).
    #[non_exhaustive]
    Payload {
        /// The name of the contract.
        contract: &'a str,
        /// The payload.
        value: &'a mut Value,
    },
    /// The name of a task, which its fan-out's `label` has made of the item.
    Label(&'a mut String),
    /// The message of an agent's own error.
    Error(&'a mut String),
    /// The message of a panic.
    Panic(&'a mut String),
    /// A violation of a contract, with its masked pointer.
    ///
    /// The words are those of the check, which may be your own.
    Violation(&'a mut String),
    /// A warning of an agent, or of a tolerant barrier about the failures of its tasks.
    Warning(&'a mut String),
    /// The name of the model that answered, in the agent's words.
    Model(&'a mut String),
    /// The reason why a model stopped, in its provider's words:
    /// [`FinishReason::Other`](handoff::FinishReason::Other).
    Finish(&'a mut String),
}

impl Content<'_> {
    /// Calls `change` with every text in it: the single one, or each text and each key of a payload.
    pub fn texts(&mut self, mut change: impl FnMut(&mut String)) {
        match self {
            Self::Payload { value, .. } => each_text(value, &mut change),
            Self::Label(text)
            | Self::Error(text)
            | Self::Panic(text)
            | Self::Violation(text)
            | Self::Warning(text)
            | Self::Model(text)
            | Self::Finish(text) => change(text),
        }
    }
}

fn each_text(value: &mut Value, change: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(entries) => {
            let changed = mem::take(entries).into_iter().map(|(mut key, mut value)| {
                change(&mut key);
                each_text(&mut value, change);
                (key, value)
            });
            *entries = changed.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whose words a text is.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Label,
    Error,
    Panic,
    Violation,
    Warning,
    Model,
    Finish,
}

impl Whose {
    fn content(self, text: &mut String) -> Content<'_> {
        match self {
            Self::Label => Content::Label(text),
            Self::Error => Content::Error(text),
            Self::Panic => Content::Panic(text),
            Self::Violation => Content::Violation(text),
            Self::Warning => Content::Warning(text),
            Self::Model => Content::Model(text),
            Self::Finish => Content::Finish(text),
        }
    }
}

pub(super) type Redact = Box<dyn FnMut(&mut Content<'_>) + Send>;

/// What stands in place of something whose redaction has panicked.
const UNREDACTED: &str = "(not written: `redact` panicked)";

/// Calls the user's `redact`, each after the one before.
#[derive(Default)]
pub(super) struct Redactor(Vec<Redact>);

impl Redactor {
    pub(super) fn add(&mut self, redact: Redact) {
        self.0.push(redact);
    }

    /// Whether it was changed.
    pub(super) fn text(&mut self, text: &mut Cow<'static, str>, whose: Whose) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let mut changed = String::from(&**text);
        if !self.calls(&mut whose.content(&mut changed)) {
            UNREDACTED.clone_into(&mut changed);
        }
        let is_changed = changed != **text;
        *text = Cow::Owned(changed);
        is_changed
    }

    /// The payload as it is to be written, and whether it was changed. `None` where the text is no JSON, which no
    /// payload is.
    pub(super) fn payload(&mut self, contract: &str, json: String) -> Option<(Box<RawValue>, bool)> {
        if !self.0.is_empty() {
            let mut value: Value = serde_json::from_str(&json).ok()?;
            let before = value.clone();
            if !self.calls(&mut Content::Payload { contract, value: &mut value }) {
                value = UNREDACTED.into();
            }
            if value != before {
                return Some((to_raw_value(&value).ok()?, true));
            }
        }
        RawValue::from_string(json).ok().map(|json| (json, false))
    }

    /// Whether all came to their ends.
    fn calls(&mut self, content: &mut Content<'_>) -> bool {
        self.0.iter_mut().all(|redact| catch_unwind(AssertUnwindSafe(|| redact(content))).is_ok())
    }
}
