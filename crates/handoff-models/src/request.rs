//! One call of a model, in the words of no provider.

use std::fmt;

use handoff::TraceParent;
use serde::ser::{Serialize, Serializer};

use crate::json::Json;

/// A request to a model, as a [`Provider`](crate::Provider) gets it.
///
/// Prompts are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The name of the contract that the answer is read as.
    pub contract: String,
    /// The system prompt.
    pub system: Option<String>,
    /// The conversation so far, with the user's prompt first.
    pub messages: Vec<Message>,
    /// The schema of the answer, for the provider's constrained decoding.
    ///
    /// It is written in the provider's [dialect](crate::Provider::dialect). It is `None` for prose, and if
    /// the prompt describes the answer in words.
    pub schema: Option<Schema>,
    /// The tools that the model may call before it answers.
    pub tools: Vec<OfferedTool>,
    /// The cap on the tokens of the answer.
    pub max_output_tokens: Option<u32>,
    /// The sampling temperature.
    pub temperature: Option<f64>,
    /// The seed of the sampling, for providers that take one.
    pub seed: Option<u64>,
    /// The W3C `traceparent` of the attempt, to be sent with the request.
    pub traceparent: Option<TraceParent>,
}

impl Request {
    /// Creates a request with one message and nothing else.
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

/// The author of a [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The user, who asks.
    User,
    /// The model, which answers.
    Model,
}

/// A turn of the conversation.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The author of the message.
    pub speaker: Speaker,
    /// The text of the message.
    pub text: String,
    /// The calls that the model makes in this turn.
    pub calls: Vec<ToolCall>,
    /// The results of the calls of the turn before, each once and in their order.
    pub results: Vec<ToolResult>,
}

impl Message {
    /// Creates a message of the user.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self { speaker: Speaker::User, text: text.into(), calls: Vec::new(), results: Vec::new() }
    }

    /// Creates a message of the model.
    #[must_use]
    pub fn model(text: impl Into<String>) -> Self {
        Self { speaker: Speaker::Model, text: text.into(), calls: Vec::new(), results: Vec::new() }
    }

    /// Sets the calls that the model makes after its text.
    #[must_use]
    pub fn calls(text: impl Into<String>, calls: Vec<ToolCall>) -> Self {
        Self { calls, ..Self::model(text) }
    }

    /// Creates the message with the results of the model's calls.
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

/// A tool, as it is offered to a model.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OfferedTool {
    /// The tool's name: at most 64 ASCII letters, digits, `-` and `_`.
    pub name: String,
    /// The tool's description.
    pub description: String,
    /// The schema of the arguments, in the provider's [dialect](crate::Provider::dialect). It is always an
    /// object.
    pub schema: Schema,
    /// Whether the schema keeps to the dialect, so that constrained decoding can enforce it.
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

/// A model's call of a tool.
///
/// Arguments are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The provider's id of the call. If the provider gives none, or one that it has given before, another is
    /// made up.
    pub id: String,
    /// The name of the tool, as the model wrote it.
    pub tool: String,
    /// The arguments, as the model wrote them: JSON, unless it is broken.
    pub arguments: String,
    /// Data of the provider that has to be sent back with the call's result.
    ///
    /// Examples are a signature, and the thoughts that led to the call.
    pub echo: Option<String>,
}

impl ToolCall {
    /// Creates a call without an id.
    #[must_use]
    pub fn new(tool: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: String::new(), tool: tool.into(), arguments: arguments.into(), echo: None }
    }

    /// Sets the provider's id of the call.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the data that has to be sent back with the call's result.
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

/// The result of a tool call.
///
/// Results are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResult {
    /// The id of the call.
    pub id: String,
    /// The name of the tool.
    pub tool: String,
    /// The tool's output as JSON, or the reason in words why there is none.
    pub text: String,
    /// Whether the call failed.
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

    /// Returns the schema's name: that of the contract, as providers accept it.
    ///
    /// It has at most 64 characters. Any that is not an ASCII letter, a digit, `-` or `_` is replaced by `_`.
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
