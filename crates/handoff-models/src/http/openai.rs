//! OpenAI's chat completions: <https://platform.openai.com/docs/api-reference/chat>. Most servers speak it, each in its own way.

use serde_json::Value;

use super::calls::arguments;
use super::reply::{Reply, finish_reason};
use super::{Api, Http};
use crate::error::ProviderError;
use crate::json::Json;
use crate::provider::Sink;
use crate::request::{Message, OfferedTool, Request, Speaker, ToolCall, ToolResult};

pub(super) fn url(http: &Http) -> String {
    format!("{}/chat/completions", http.base)
}

pub(super) fn write(http: &Http, request: &Request) -> Json {
    let message = |role: &str, text: &str| Json::object([("role", role.into()), ("content", text.into())]);
    let mut messages = Vec::from_iter(request.system.as_deref().map(|text| message("system", text)));
    for turn in &request.messages {
        match turn.speaker {
            // Each result is a message.
            Speaker::User if !turn.results.is_empty() => messages.extend(turn.results.iter().map(result)),
            Speaker::User => messages.push(message("user", &turn.text)),
            Speaker::Model if !turn.calls.is_empty() => messages.push(called(turn)),
            Speaker::Model => messages.push(message("assistant", &turn.text)),
        }
    }
    let mut body = Json::object([("model", http.model.as_str().into()), ("messages", Json::List(messages))]);
    if let Some(schema) = &request.schema {
        let schema = Json::object([
            ("name", schema.name().into()),
            ("strict", Json::Bool(true)),
            ("schema", schema.json.clone()),
        ]);
        body.set("response_format", Json::object([("type", "json_schema".into()), ("json_schema", schema)]));
    }
    if !request.tools.is_empty() {
        body.set("tools", Json::List(request.tools.iter().map(offered).collect()));
        body.set("tool_choice", "auto".into());
    }
    // OpenAI's newer models refuse the old name, and most other servers know no other.
    let cap = if http.api == Api::OpenAi { "max_completion_tokens" } else { "max_tokens" };
    body.set_some(cap, request.max_output_tokens.map(|cap| u64::from(cap).into()));
    body.set_some("temperature", request.temperature.and_then(Json::float));
    body.set_some("seed", request.seed.map(Json::from));
    if http.streaming {
        body.set("stream", Json::Bool(true));
        body.set("stream_options", Json::object([("include_usage", Json::Bool(true))]));
    }
    body
}

fn offered(tool: &OfferedTool) -> Json {
    let mut function = Json::object([
        ("name", tool.name.as_str().into()),
        ("description", tool.description.as_str().into()),
        ("parameters", tool.schema.json.clone()),
    ]);
    if tool.strict {
        function.set("strict", Json::Bool(true));
    }
    Json::object([("type", "function".into()), ("function", function)])
}

fn called(turn: &Message) -> Json {
    let call = |call: &ToolCall| {
        let function = Json::object([
            ("name", call.tool.as_str().into()),
            ("arguments", call.arguments.as_str().into()),
        ]);
        Json::object([("id", call.id.as_str().into()), ("type", "function".into()), ("function", function)])
    };
    let content = if turn.text.is_empty() { Json::Null } else { turn.text.as_str().into() };
    let mut message = Json::object([("role", "assistant".into()), ("content", content)]);
    // As DeepSeek wants it back.
    message.set_some(THOUGHTS, turn.calls.iter().find_map(|call| call.echo.as_deref()).map(Json::from));
    message.set("tool_calls", Json::List(turn.calls.iter().map(call).collect()));
    message
}

fn result(result: &ToolResult) -> Json {
    let (id, text) = (result.id.as_str(), result.text.as_str());
    Json::object([("role", "tool".into()), ("tool_call_id", id.into()), ("content", text.into())])
}

/// What some servers call the model's thoughts, which are no part of the answer.
const THOUGHTS: &str = "reasoning_content";

pub(super) fn take(reply: &mut Reply, part: &Value, sink: &mut Sink<'_>) -> Result<(), ProviderError> {
    if let Some(choice) = part.pointer("/choices/0") {
        // As OpenRouter has it where its provider fails in the middle.
        if let Some(error) = super::error_body::error_in(choice) {
            return Err(error);
        }
        let message = choice.get("message").or_else(|| choice.get("delta")).unwrap_or(&Value::Null);
        match message.get("content") {
            Some(Value::String(text)) => reply.text(text, sink),
            // As Mistral has it, with thoughts among the texts.
            Some(Value::Array(parts)) => {
                let text = |part: &Value| part.get("text")?.as_str().map(str::to_owned);
                parts.iter().filter_map(text).for_each(|text| reply.text(&text, sink));
            }
            _ => {}
        }
        if let Some(thought) = message.get(THOUGHTS).and_then(Value::as_str) {
            reply.calls.thought(thought);
        }
        take_calls(reply, message);
        if let Some(words) = message.get("refusal").and_then(Value::as_str) {
            reply.refusal(words);
        }
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            reply.finish(finish_reason(reason));
        }
    }
    if let Some(usage) = part.get("usage") {
        let tokens = |key| usage.get(key).and_then(Value::as_u64);
        reply.usage(tokens("prompt_tokens"), tokens("completion_tokens"));
    }
    Ok(())
}

/// Takes calls: whole ones, or what a piece of a stream adds to them.
fn take_calls(reply: &mut Reply, message: &Value) {
    for piece in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        let index = piece.get("index").and_then(Value::as_u64);
        let id = piece.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
        let text = |key: &str| piece.pointer(key).and_then(Value::as_str);
        let name = text("/function/name").filter(|name| !name.is_empty());
        let added = piece.pointer("/function/arguments").map(arguments).unwrap_or_default();
        let is_more = match (index, reply.calls.at(index)) {
            (_, None) => false,
            // Some number all calls 0, and tell them apart by their ids.
            (Some(_), Some(call)) => name.is_none() || id.is_none_or(|id| id == call.id),
            (None, Some(_)) => name.is_none(),
        };
        let call = match (is_more, name) {
            (true, _) => reply.calls.at(index),
            (false, name) => Some(reply.calls.begin(index, id, name.unwrap_or_default())),
        };
        if let Some(call) = call {
            call.arguments.push_str(&added);
        }
    }
}
