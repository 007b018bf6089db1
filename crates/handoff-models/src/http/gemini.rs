//! Gemini's `generateContent`: <https://ai.google.dev/api/generate-content>.

use handoff::{Contract as _, FinishReason};
use serde_json::Value;

use super::Http;
use super::calls::{arguments, object};
use super::reply::{Reply, finish_reason};
use crate::json::Json;
use crate::provider::Sink;
use crate::request::{Message, OfferedTool, Request, Speaker, ToolResult};

pub(super) fn url(http: &Http) -> String {
    let method = if http.streaming { "streamGenerateContent?alt=sse" } else { "generateContent" };
    format!("{}/models/{}:{method}", http.base, http.model)
}

pub(super) fn write(_: &Http, request: &Request) -> Json {
    let parts = |text: &str| Json::List(vec![Json::object([("text", text.into())])]);
    let content = |role: &str, text: &str| Json::object([("role", role.into()), ("parts", parts(text))]);
    let contents = request.messages.iter().map(|turn| match turn.speaker {
        Speaker::User if !turn.results.is_empty() => {
            let results = Json::List(turn.results.iter().map(result).collect());
            Json::object([("role", "user".into()), ("parts", results)])
        }
        Speaker::User => content("user", &turn.text),
        Speaker::Model if !turn.calls.is_empty() => {
            Json::object([("role", "model".into()), ("parts", called(turn))])
        }
        Speaker::Model => content("model", &turn.text),
    });
    let mut body = Json::object([("contents", Json::List(contents.collect()))]);
    body.set_some(
        "systemInstruction",
        request.system.as_deref().map(|text| Json::object([("parts", parts(text))])),
    );
    if !request.tools.is_empty() {
        let functions = Json::List(request.tools.iter().map(offered).collect());
        body.set("tools", Json::List(vec![Json::object([("functionDeclarations", functions)])]));
        let auto = Json::object([("mode", "AUTO".into())]);
        body.set("toolConfig", Json::object([("functionCallingConfig", auto)]));
    }
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

fn offered(tool: &OfferedTool) -> Json {
    Json::object([
        ("name", tool.name.as_str().into()),
        ("description", tool.description.as_str().into()),
        ("parametersJsonSchema", tool.schema.json.clone()),
    ])
}

/// A turn that calls functions: what it says, and the calls, each with its signature.
fn called(turn: &Message) -> Json {
    let text = (!turn.text.is_empty()).then(|| Json::object([("text", turn.text.as_str().into())]));
    let calls = turn.calls.iter().map(|call| {
        let function = Json::object([
            ("id", call.id.as_str().into()),
            ("name", call.tool.as_str().into()),
            ("args", object(&call.arguments)),
        ]);
        let mut part = Json::object([("functionCall", function)]);
        part.set_some(SIGNATURE, call.echo.as_deref().map(Json::from));
        part
    });
    Json::List(text.into_iter().chain(calls).collect())
}

fn result(result: &ToolResult) -> Json {
    // It has to be an object.
    let response = match Json::parse(&result.text) {
        _ if result.failed => Json::object([("error", result.text.as_str().into())]),
        Ok(output) => Json::object([("output", output)]),
        Err(_) => Json::object([("output", result.text.as_str().into())]),
    };
    let response = Json::object([
        ("id", result.id.as_str().into()),
        ("name", result.tool.as_str().into()),
        ("response", response),
    ]);
    Json::object([("functionResponse", response)])
}

/// What stands beside a call, and has to come back with it.
const SIGNATURE: &str = "thoughtSignature";

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
            if let Some(function) = part.get("functionCall") {
                let text = |key: &str| function.get(key).and_then(Value::as_str);
                let call = reply.calls.begin(None, text("id"), text("name").unwrap_or_default());
                call.arguments = function.get("args").map(arguments).unwrap_or_default();
                call.echo = part.get(SIGNATURE).and_then(Value::as_str).map(str::to_owned);
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
