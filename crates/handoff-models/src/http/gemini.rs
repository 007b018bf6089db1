//! Gemini's `generateContent`: <https://ai.google.dev/api/generate-content>.

use handoff::FinishReason;
use serde_json::Value;

use super::Http;
use super::reply::{Reply, finish_reason};
use crate::json::Json;
use crate::provider::Sink;
use crate::request::{Request, Speaker};

pub(super) fn url(http: &Http) -> String {
    let method = if http.streaming { "streamGenerateContent?alt=sse" } else { "generateContent" };
    format!("{}/models/{}:{method}", http.base, http.model)
}

pub(super) fn write(_: &Http, request: &Request) -> Json {
    let parts = |text: &str| Json::List(vec![Json::object([("text", text.into())])]);
    let content = |role: &str, text: &str| Json::object([("role", role.into()), ("parts", parts(text))]);
    let contents = request.messages.iter().map(|turn| match turn.speaker {
        Speaker::User => content("user", &turn.text),
        Speaker::Model => content("model", &turn.text),
    });
    let mut body = Json::object([("contents", Json::List(contents.collect()))]);
    body.set_some(
        "systemInstruction",
        request.system.as_deref().map(|text| Json::object([("parts", parts(text))])),
    );
    let mut config = Json::object([]);
    config.set_some("maxOutputTokens", request.max_output_tokens.map(|cap| u64::from(cap).into()));
    config.set_some("temperature", request.temperature.and_then(Json::float));
    config.set_some("seed", request.seed.map(Json::from));
    if let Some(schema) = &request.schema {
        config.set("responseMimeType", "application/json".into());
        config.set("responseJsonSchema", schema.json.clone());
    }
    body.set("generationConfig", config);
    body
}

pub(super) fn take(reply: &mut Reply, part: &Value, sink: &mut Sink<'_>) {
    if part.pointer("/promptFeedback/blockReason").is_some_and(Value::is_string) {
        reply.finish(FinishReason::ContentFilter);
    }
    if let Some(candidate) = part.pointer("/candidates/0") {
        let parts = candidate.pointer("/content/parts").and_then(Value::as_array).into_iter().flatten();
        for part in parts.filter(|part| part.get("thought") != Some(&Value::Bool(true))) {
            if let Some(text) = part.get("text").and_then(Value::as_str) {
                reply.text(text, sink);
            }
        }
        if let Some(reason) = candidate.get("finishReason").and_then(Value::as_str) {
            reply.finish(finish_reason(reason));
        }
    }
    if let Some(usage) = part.get("usageMetadata") {
        let tokens = |key| usage.get(key).and_then(Value::as_u64);
        let output = ["candidatesTokenCount", "thoughtsTokenCount"].map(tokens);
        let output = output.iter().any(Option::is_some).then(|| output.iter().flatten().sum());
        reply.usage(tokens("promptTokenCount"), output);
    }
}
