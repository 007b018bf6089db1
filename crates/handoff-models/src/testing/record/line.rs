//! A line of a recording: a request, and what came of it.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use handoff::{FinishReason, Usage};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::json::Json;
use crate::provider::Completion;
use crate::request::{Message, OfferedTool, Request, Speaker, ToolCall, ToolResult};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) model: String,
    pub(super) dialect: DialectName,
    pub(super) request: Json,
    pub(super) answer: Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DialectName {
    Plain,
    OpenAi,
    Gemini,
    Anthropic,
    Words,
}

impl From<Dialect> for DialectName {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Plain => Self::Plain,
            Dialect::OpenAi => Self::OpenAi,
            Dialect::Gemini => Self::Gemini,
            Dialect::Anthropic => Self::Anthropic,
            Dialect::Words => Self::Words,
        }
    }
}

impl From<DialectName> for Dialect {
    fn from(name: DialectName) -> Self {
        match name {
            DialectName::Plain => Self::Plain,
            DialectName::OpenAi => Self::OpenAi,
            DialectName::Gemini => Self::Gemini,
            DialectName::Anthropic => Self::Anthropic,
            DialectName::Words => Self::Words,
        }
    }
}

/// What came of a call.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Answer {
    Completion {
        text: String,
        finish: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<Tokens>,
        /// That has answered, where it said so: maybe a snapshot of the one that was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refusal: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calls: Vec<Call>,
    },
    Status {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        message: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// The error and its sources, on one line.
    Connection(String),
    Unreadable(String),
    /// What was recorded plays answers itself, and had none.
    Missing(String),
    /// Nobody waited for the answer any more: a timeout, a race that another one won, a run that was stopped.
    Abandoned,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    tool: String,
    arguments: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    echo: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tokens {
    input: u64,
    output: u64,
}

impl Call {
    fn of(call: &ToolCall) -> Self {
        let ToolCall { id, tool, arguments, echo } = call.clone();
        Self { id, tool, arguments, echo }
    }

    fn again(self) -> ToolCall {
        let Self { id, tool, arguments, echo } = self;
        ToolCall { id, tool, arguments, echo }
    }
}

impl Answer {
    pub(super) fn of(outcome: &Result<Completion, ProviderError>) -> Self {
        match outcome {
            Ok(Completion { text, finish, usage, model, refusal, calls }) => Self::Completion {
                text: text.clone(),
                finish: finish.to_string(),
                usage: usage.map(|usage| Tokens { input: usage.input_tokens, output: usage.output_tokens }),
                model: model.clone(),
                refusal: refusal.clone(),
                calls: calls.iter().map(Call::of).collect(),
            },
            Err(ProviderError::Status { status, retry_after, message, request_id }) => Self::Status {
                status: *status,
                retry_after_ms: retry_after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
                message: message.clone(),
                request_id: request_id.clone(),
            },
            Err(ProviderError::Connection(error)) => Self::Connection(chain(&**error)),
            Err(ProviderError::Unreadable(why)) => Self::Unreadable(why.clone()),
            Err(ProviderError::NoAnswer(why)) => Self::Missing(why.clone()),
        }
    }

    /// The same again; nothing, where nobody waited for it.
    pub(super) fn outcome(self) -> Option<Result<Completion, ProviderError>> {
        Some(match self {
            Self::Completion { text, finish, usage, model, refusal, calls } => {
                let usage = usage.map(|Tokens { input, output }| Usage::new(input, output));
                let calls = calls.into_iter().map(Call::again).collect();
                Ok(Completion { text, finish: finish_reason(finish), usage, model, refusal, calls })
            }
            Self::Status { status, retry_after_ms, message, request_id } => Err(ProviderError::Status {
                status,
                retry_after: retry_after_ms.map(Duration::from_millis),
                message,
                request_id,
            }),
            Self::Connection(error) => Err(ProviderError::Connection(error.into())),
            Self::Unreadable(why) => Err(ProviderError::Unreadable(why)),
            Self::Missing(why) => Err(ProviderError::NoAnswer(why)),
            Self::Abandoned => return None,
        })
    }
}

/// A reason as its `Display` writes it.
fn finish_reason(text: String) -> FinishReason {
    match text.as_str() {
        "stop" => FinishReason::Stop,
        "length" => FinishReason::Length,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other(Cow::Owned(text)),
    }
}

/// An error and its sources.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

/// All of a request by which it is told from another: not its `traceparent`, which is another one in each run.
pub(super) fn request(request: &Request) -> Json {
    let Request {
        contract,
        system,
        messages,
        schema,
        tools,
        max_output_tokens,
        temperature,
        seed,
        traceparent: _,
    } = request;
    let message = |message: &Message| {
        let speaker = match message.speaker {
            Speaker::User => "user",
            Speaker::Model => "model",
        };
        let mut turn = Json::object([(speaker, Json::from(message.text.as_str()))]);
        if !message.calls.is_empty() {
            turn.set("calls", Json::List(message.calls.iter().map(call).collect()));
        }
        if !message.results.is_empty() {
            turn.set("results", Json::List(message.results.iter().map(result).collect()));
        }
        turn
    };
    let given = [
        ("contract", Some(Json::from(contract.as_str()))),
        ("system", system.as_deref().map(Json::from)),
        ("messages", Some(Json::List(messages.iter().map(message).collect()))),
        ("max_output_tokens", max_output_tokens.map(|tokens| Json::from(u64::from(tokens)))),
        ("temperature", temperature.and_then(Number::from_f64).map(Json::Number)),
        ("seed", seed.map(Json::from)),
        // Last, since it is long.
        ("schema", schema.as_ref().map(|schema| schema.json.clone())),
        ("tools", (!tools.is_empty()).then(|| Json::List(tools.iter().map(tool).collect()))),
    ];
    let entries = given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Json::Object(entries.collect())
}

fn call(call: &ToolCall) -> Json {
    let ToolCall { id, tool, arguments, echo: _ } = call;
    Json::object([
        ("id", id.as_str().into()),
        ("tool", tool.as_str().into()),
        ("arguments", arguments.as_str().into()),
    ])
}

fn result(result: &ToolResult) -> Json {
    let ToolResult { id, tool: _, text, failed } = result;
    let what = if *failed { "failed" } else { "output" };
    Json::object([("id", id.as_str().into()), (what, text.as_str().into())])
}

fn tool(tool: &OfferedTool) -> Json {
    let OfferedTool { name, description, schema, strict: _ } = tool;
    Json::object([
        ("name", name.as_str().into()),
        ("description", description.as_str().into()),
        ("schema", schema.json.clone()),
    ])
}
