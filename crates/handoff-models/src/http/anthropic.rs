//! Anthropic's messages: <https://platform.claude.com/docs/en/api/messages>.

use serde_json::Value;

use super::Http;
use super::reply::{Reply, finish_reason};
use crate::json::Json;
use crate::provider::Sink;
use crate::request::{Request, Speaker};

/// The version of the API.
pub(super) const VERSION: &str = "2023-06-01";

/// The cap where the agent has none: the API wants one.
const MAX_TOKENS: u64 = 8_192;

pub(super) fn url(http: &Http) -> String {
    format!("{}/messages", http.base)
}

pub(super) fn write(http: &Http, request: &Request) -> Json {
    let message = |role: &str, text: &str| Json::object([("role", role.into()), ("content", text.into())]);
    let messages = request.messages.iter().map(|turn| match turn.speaker {
        Speaker::User => message("user", &turn.text),
        Speaker::Model => message("assistant", &turn.text),
    });
    let mut body = Json::object([
        ("model", http.model.as_str().into()),
        ("max_tokens", request.max_output_tokens.map_or(MAX_TOKENS, u64::from).into()),
        ("messages", Json::List(messages.collect())),
    ]);
    body.set_some("system", request.system.as_deref().map(Json::from));
    body.set_some("temperature", request.temperature.and_then(Json::float));
    if let Some(schema) = &request.schema {
        let format = Json::object([("type", "json_schema".into()), ("schema", schema.json.clone())]);
        body.set("output_config", Json::object([("format", format)]));
    }
    if http.streaming {
        body.set("stream", Json::Bool(true));
    }
    body
}

pub(super) fn take(reply: &mut Reply, part: &Value, sink: &mut Sink<'_>) {
    // The whole is a message; a stream begins with one, and goes on with what changes in it.
    let message = part.get("message").unwrap_or(part);
    let blocks = message.get("content").and_then(Value::as_array).into_iter().flatten();
    // Thoughts and calls of tools are blocks without a text.
    for text in blocks.chain(part.get("content_block")).filter_map(|block| block.get("text")?.as_str()) {
        reply.text(text, sink);
    }
    let delta = part.get("delta").unwrap_or(&Value::Null);
    if let Some(text) = delta.get("text").and_then(Value::as_str) {
        reply.text(text, sink);
    }
    let reason =
        message.get("stop_reason").filter(|reason| !reason.is_null()).or_else(|| delta.get("stop_reason"));
    if let Some(reason) = reason.and_then(Value::as_str) {
        if reason == "refusal" {
            reply.refusal("");
        }
        reply.finish(finish_reason(reason));
    }
    if let Some(usage) = message.get("usage") {
        let tokens = |key| usage.get(key).and_then(Value::as_u64);
        // What is written to a cache, and read from it, is beside the input.
        let cached =
            ["cache_creation_input_tokens", "cache_read_input_tokens"].into_iter().filter_map(tokens);
        let input = tokens("input_tokens").map(|input| input + cached.sum::<u64>());
        reply.usage(input, tokens("output_tokens"));
    }
}
