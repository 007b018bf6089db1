//! One call of a model, in the words of no provider.

use std::fmt;

use handoff::TraceParent;
use serde::ser::{Serialize, Serializer};

use crate::json::Json;

/// One call of a model: what a [`Provider`](crate::Provider) is handed.
///
/// Prompts are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The name of the contract that the answer is read as.
    pub contract: String,
    /// The system prompt.
    pub system: Option<String>,
    /// What was said so far, the user's prompt first.
    pub messages: Vec<Message>,
    /// What the answer has to look like, in the provider's [dialect](crate::Provider::dialect): for its constrained
    /// decoding. `None` where prose is asked for, and where the prompt says it in words.
    pub schema: Option<Schema>,
    /// The cap on the tokens of the answer.
    pub max_output_tokens: Option<u32>,
    /// The sampling temperature.
    pub temperature: Option<f64>,
    /// The seed of the sampling, for providers that take one.
    pub seed: Option<u64>,
    /// The W3C `traceparent` of the attempt, to be sent along.
    pub traceparent: Option<TraceParent>,
}

impl Request {
    /// A request of one message, and of nothing else.
    #[must_use]
    pub fn new(prompt: impl Into<String>) -> Self {
        Self {
            contract: "String".to_owned(),
            system: None,
            messages: vec![Message::user(prompt)],
            schema: None,
            max_output_tokens: None,
            temperature: None,
            seed: None,
            traceparent: None,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("contract", &self.contract)
            .field("messages", &self.messages.len())
            .field("schema", &self.schema.is_some())
            .field("max_output_tokens", &self.max_output_tokens)
            .finish_non_exhaustive()
    }
}

/// Who says a [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Whoever asks.
    User,
    /// The model that is asked.
    Model,
}

/// A turn of the conversation.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Who says it.
    pub speaker: Speaker,
    /// What is said.
    pub text: String,
}

impl Message {
    /// What the user says.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self { speaker: Speaker::User, text: text.into() }
    }

    /// What the model has said.
    #[must_use]
    pub fn model(text: impl Into<String>) -> Self {
        Self { speaker: Speaker::Model, text: text.into() }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { speaker, text } = self;
        f.debug_struct("Message").field("speaker", speaker).field("bytes", &text.len()).finish()
    }
}

/// A JSON Schema as a provider takes it, and its name.
///
/// [`Display`](fmt::Display) and [`Serialize`] write it with its keys in the order of declaration, in which a model writes
/// the fields. A [`serde_json::Value`] of it has lost that order, unless some crate of the build has turned on
/// `preserve_order` of `serde_json`.
#[derive(Clone, PartialEq)]
pub struct Schema {
    name: String,
    pub(crate) json: Json,
}

impl Schema {
    pub(crate) fn new(contract: &str, json: Json) -> Self {
        Self { name: sanitized(contract), json }
    }

    /// The name of the contract, with `_` for what is no ASCII letter, digit, `-` or `_`, and at most 64 characters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Writes the schema as compact JSON.
impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A contract's name as OpenAI takes it for a name, which is the least of all providers.
pub(crate) fn sanitized(contract: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    contract.chars().map(|c| if allowed(c) { c } else { '_' }).take(64).collect()
}
