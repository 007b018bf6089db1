//! OpenAI's chat completions: <https://platform.openai.com/docs/api-reference/chat>. Most servers speak it, each in its own way.

use serde_json::Value;

use super::reply::{Reply, finish_reason};
use super::{Api, Http};
use crate::error::ProviderError;
use crate::json::Json;
use crate::provider::Sink;
use crate::request::{Request, Speaker};

pub(super) fn url(http: &Http) -> String {
    format!("{}/chat/completions", http.base)
}

pub(super) fn write(http: &Http, request: &Request) -> Json {
    let message = |role: &str, text: &str| Json::object([("role", role.into()), ("content", text.into())]);
    let mut messages = Vec::from_iter(request.system.as_deref().map(|text| message("system", text)));
    messages.extend(request.messages.iter().map(|turn| match turn.speaker {
        Speaker::User => message("user", &turn.text),
        Speaker::Model => message("assistant", &turn.text),
    }));
    let mut body = Json::object([("model", http.model.as_str().into()), ("messages", Json::List(messages))]);
    if let Some(schema) = &request.schema {
        let schema = Json::object([
            ("name", schema.name().into()),
            ("strict", Json::Bool(true)),
            ("schema", schema.json.clone()),
        ]);
        body.set("response_format", Json::object([("type", "json_schema".into()), ("json_schema", schema)]));
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
