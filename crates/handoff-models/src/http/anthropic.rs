//! Anthropic's messages: <https://platform.claude.com/docs/en/api/messages>.

use handoff::Contract as _;
use serde_json::Value;

use super::Http;
use super::calls::{arguments, object};
use super::reply::{Reply, finish_reason};
use crate::json::Json;
use crate::provider::Sink;
use crate::request::{Message, OfferedTool, Request, Speaker, ToolResult};

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
        Speaker::User if !turn.results.is_empty() => {
            let results = Json::List(turn.results.iter().map(result).collect());
            Json::object([("role", "user".into()), ("content", results)])
        }
        Speaker::User => message("user", &turn.text),
        Speaker::Model if !turn.calls.is_empty() => {
            Json::object([("role", "assistant".into()), ("content", called(turn))])
        }
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
    if !request.tools.is_empty() {
        body.set("tools", Json::List(request.tools.iter().map(offered).collect()));
        body.set("tool_choice", Json::object([("type", "auto".into())]));
    }
    if http.streaming {
        body.set("stream", Json::Bool(true));
    }
    body
}

fn offered(tool: &OfferedTool) -> Json {
    let mut out = Json::object([
        ("name", tool.name.as_str().into()),
        ("description", tool.description.as_str().into()),
        ("input_schema", tool.schema.json.clone()),
    ]);
    if tool.strict {
        out.set("strict", Json::Bool(true));
    }
    out
}

/// A turn that calls tools: the thoughts before it, which are signed, what it says, and the calls.
fn called(turn: &Message) -> Json {
    let thoughts = turn.calls.iter().find_map(|call| Json::parse(call.echo.as_deref()?).ok());
    let mut blocks = thoughts.map_or(Vec::new(), |thoughts| thoughts.items().to_vec());
    if !turn.text.is_empty() {
        blocks.push(Json::object([("type", "text".into()), ("text", turn.text.as_str().into())]));
    }
    blocks.extend(turn.calls.iter().map(|call| {
        Json::object([
            ("type", "tool_use".into()),
            ("id", call.id.as_str().into()),
            ("name", call.tool.as_str().into()),
            ("input", object(&call.arguments)),
        ])
    }));
    Json::List(blocks)
}

fn result(result: &ToolResult) -> Json {
    let mut out = Json::object([
        ("type", "tool_result".into()),
        ("tool_use_id", result.id.as_str().into()),
        ("content", result.text.as_str().into()),
    ]);
    if result.failed {
        out.set("is_error", Json::Bool(true));
    }
    out
}

pub(super) fn take(reply: &mut Reply, part: &Value, sink: &mut Sink<'_>) {
    // The whole is a message; a stream begins with one, and goes on with what changes in it.
    let message = part.get("message").unwrap_or(part);
    let blocks = message.get("content").and_then(Value::as_array).into_iter().flatten();
    let index = part.get("index").and_then(Value::as_u64);
    for block in blocks.chain(part.get("content_block")) {
        let text = |key: &str| block.get(key).and_then(Value::as_str);
        match text("type") {
            Some("tool_use") => {
                let call = reply.calls.begin(index, text("id"), text("name").unwrap_or_default());
                // A stream begins with an empty one, whose text then comes in pieces.
                let input =
                    block.get("input").filter(|input| **input != Value::Object(serde_json::Map::new()));
                call.arguments = input.map(arguments).unwrap_or_default();
            }
            Some("thinking" | "redacted_thinking") => reply.calls.block(block.clone()),
            _ => text("text").into_iter().for_each(|text| reply.text(text, sink)),
        }
    }
    let delta = part.get("delta").unwrap_or(&Value::Null);
    let piece = |key: &str| delta.get(key).and_then(Value::as_str);
    if let Some(text) = piece("text") {
        reply.text(text, sink);
    }
    if let Some(json) = piece("partial_json")
        && let Some(call) = reply.calls.at(index)
    {
        call.arguments.push_str(json);
    }
    for key in ["thinking", "signature"] {
        if let Some(text) = piece(key) {
            reply.calls.add_to_block(key, text);
        }
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
