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
    /// What the model may call before it answers.
    pub tools: Vec<OfferedTool>,
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
            tools: Vec::new(),
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
            .field("tools", &self.tools)
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
    /// What the model calls in this turn.
    pub calls: Vec<ToolCall>,
    /// What came of the calls of the turn before, each once and in their order.
    pub results: Vec<ToolResult>,
}

impl Message {
    /// What the user says.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self { speaker: Speaker::User, text: text.into(), calls: Vec::new(), results: Vec::new() }
    }

    /// What the model has said.
    #[must_use]
    pub fn model(text: impl Into<String>) -> Self {
        Self { speaker: Speaker::Model, text: text.into(), calls: Vec::new(), results: Vec::new() }
    }

    /// What the model calls, after what it has said.
    #[must_use]
    pub fn calls(text: impl Into<String>, calls: Vec<ToolCall>) -> Self {
        Self { calls, ..Self::model(text) }
    }

    /// What came of the model's calls.
    #[must_use]
    pub fn results(results: Vec<ToolResult>) -> Self {
        Self { results, ..Self::user("") }
    }

    /// All its texts, to be counted.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let calls = self.calls.iter().flat_map(|call| [call.tool.as_str(), call.arguments.as_str()]);
        let results = self.results.iter().map(|result| result.text.as_str());
        std::iter::once(self.text.as_str()).chain(calls).chain(results)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { speaker, text, calls, results } = self;
        f.debug_struct("Message")
            .field("speaker", speaker)
            .field("bytes", &text.len())
            .field("calls", calls)
            .field("results", results)
            .finish()
    }
}

/// A tool, as a provider is told of it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OfferedTool {
    /// What it is called by: at most 64 ASCII letters, digits, `-` and `_`.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What its arguments have to look like, in the provider's [dialect](crate::Provider::dialect): always an object.
    pub schema: Schema,
    /// Whether the schema keeps to the dialect, so that the provider can hold the model to it while it decodes.
    pub strict: bool,
}

impl fmt::Debug for OfferedTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfferedTool")
            .field("name", &self.name)
            .field("strict", &self.strict)
            .finish_non_exhaustive()
    }
}

/// A call of a tool, by a model.
///
/// Arguments are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// What the provider knows the call by. Where it says nothing, or what it has said before, the call is given another.
    pub id: String,
    /// The name of the tool, as the model has written it.
    pub tool: String,
    /// The arguments, as the model has written them: JSON, unless it is broken.
    pub arguments: String,
    /// What the provider wants to be sent with the call when it is told what came of it, in words of its own: a signature, or
    /// the thoughts that led to the call.
    pub echo: Option<String>,
}

impl ToolCall {
    /// A call without an id.
    #[must_use]
    pub fn new(tool: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: String::new(), tool: tool.into(), arguments: arguments.into(), echo: None }
    }

    /// Says what the provider knows the call by.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Says what goes back with it.
    #[must_use]
    pub fn echo(mut self, echo: Option<String>) -> Self {
        self.echo = echo;
        self
    }
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCall")
            .field("id", &self.id)
            .field("tool", &self.tool)
            .field("bytes", &self.arguments.len())
            .finish_non_exhaustive()
    }
}

/// What came of a call of a tool.
///
/// Results are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResult {
    /// That of the call.
    pub id: String,
    /// The name that was called.
    pub tool: String,
    /// JSON of the tool's output, or in words why there is none.
    pub text: String,
    /// Whether there is none.
    pub failed: bool,
}

impl fmt::Debug for ToolResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolResult")
            .field("id", &self.id)
            .field("tool", &self.tool)
            .field("bytes", &self.text.len())
            .field("failed", &self.failed)
            .finish()
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
