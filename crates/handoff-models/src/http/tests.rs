//! Replies as providers send them, without a socket.

use std::collections::HashMap;
use std::time::Duration;

use handoff::{FinishReason, Usage};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::builder::is_loopback;
use super::reply::{Reply, finish_reason, read};
use super::{Api, Http, HttpBuilder, anthropic, gemini, openai, tls};
use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::provider::Completion;
use crate::request::{Message, Request};

const APIS: [Api; 4] = [Api::OpenAi, Api::OpenAiCompatible, Api::Anthropic, Api::Gemini];

pub(super) fn whole(api: Api, body: &Value) -> Result<Completion, ProviderError> {
    read(api, 200, &HeaderMap::new(), body.to_string().as_bytes(), &mut |_| {})
}

pub(super) fn events(api: Api, events: &[Value]) -> (Result<Completion, ProviderError>, Vec<String>) {
    let (mut reply, mut pieces) = (Reply::default(), Vec::new());
    let taken = events
        .iter()
        .try_for_each(|event| reply.take(api, event, &mut |piece| pieces.push(piece.to_owned())));
    (taken.and_then(|()| reply.end()), pieces)
}

pub(super) fn chat(message: &Value, finish: &Value) -> Value {
    let usage = json!({"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18});
    json!({"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage})
}

#[test]
fn chat_completions_are_read() {
    let answer = whole(Api::OpenAi, &chat(&json!({"role": "assistant", "content": "yes"}), &json!("stop")))
        .expect("an answer");
    assert_eq!(answer, Completion::new("yes").usage(Usage::new(11, 7)));

    let thoughts = json!([{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "yes"}]);
    let answer = whole(Api::OpenAiCompatible, &chat(&json!({"content": thoughts}), &json!("stop")))
        .expect("an answer");
    assert_eq!(answer.text, "yes");

    let refusal = chat(&json!({"content": null, "refusal": "I can't."}), &json!("stop"));
    assert_eq!(whole(Api::OpenAi, &refusal).expect("a refusal").refusal.as_deref(), Some("I can't."));
    for (word, reason) in [("length", FinishReason::Length), ("content_filter", FinishReason::ContentFilter)]
    {
        let answer = whole(Api::OpenAi, &chat(&json!({"content": "{}"}), &json!(word))).expect("an answer");
        assert_eq!(answer.finish, reason);
    }
}

#[test]
fn whoever_has_answered_is_told() {
    let model = |answer: Result<Completion, ProviderError>| answer.expect("an answer").model;
    let mut chat = chat(&json!({"content": "yes"}), &json!("stop"));
    assert_eq!(model(whole(Api::OpenAi, &chat)), None);
    chat["model"] = json!("gpt-5-2025-08-07");
    assert_eq!(model(whole(Api::OpenAi, &chat)).as_deref(), Some("gpt-5-2025-08-07"));
    let chunks = [
        json!({"model": "m-1", "choices": [{"index": 0, "delta": {"content": "yes"}, "finish_reason": null}]}),
        json!({"model": "m-1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
    ];
    assert_eq!(model(events(Api::OpenAiCompatible, &chunks).0).as_deref(), Some("m-1"));

    let message =
        json!({"model": "claude-1", "content": [{"type": "text", "text": "yes"}], "stop_reason": "end_turn"});
    assert_eq!(model(whole(Api::Anthropic, &message)).as_deref(), Some("claude-1"));
    let parts = [
        json!({"type": "message_start", "message": {"model": "claude-1", "content": []}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "yes"}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
    ];
    assert_eq!(model(events(Api::Anthropic, &parts).0).as_deref(), Some("claude-1"));

    let candidates = json!([{"content": {"parts": [{"text": "yes"}]}, "finishReason": "STOP"}]);
    let body = json!({"candidates": candidates, "modelVersion": "gemini-3-001"});
    assert_eq!(model(whole(Api::Gemini, &body)).as_deref(), Some("gemini-3-001"));
}

#[test]
fn a_stream_of_chat_completions_is_read() {
    let chunk = |delta: Value, finish: Value| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
    let mut parts = vec![
        chunk(json!({"role": "assistant", "content": ""}), Value::Null),
        chunk(json!({"content": "ye"}), Value::Null),
        chunk(json!({"content": "s"}), Value::Null),
        chunk(json!({}), json!("stop")),
        json!({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}),
    ];
    let (answer, pieces) = events(Api::OpenAi, &parts);
    assert_eq!(answer.expect("an answer"), Completion::new("yes").usage(Usage::new(3, 2)));
    assert_eq!(pieces, ["ye", "s"]);
    parts.remove(3);
    assert!(
        matches!(events(Api::OpenAi, &parts).0, Err(ProviderError::Unreadable(_))),
        "it does not say why it ends"
    );
}

#[test]
fn messages_are_read() {
    let message = json!({
        "type": "message",
        "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "yes"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 5, "cache_read_input_tokens": 100, "output_tokens": 7},
    });
    assert_eq!(
        whole(Api::Anthropic, &message).expect("an answer"),
        Completion::new("yes").usage(Usage::new(105, 7))
    );
    let refusal = json!({"type": "message", "content": [], "stop_reason": "refusal", "usage": {"input_tokens": 1, "output_tokens": 1}});
    assert!(whole(Api::Anthropic, &refusal).expect("a refusal").refusal.is_some());

    let (answer, pieces) = events(
        Api::Anthropic,
        &[
            json!({"type": "message_start", "message": {"content": [], "stop_reason": null, "usage": {"input_tokens": 5, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "yes"}}),
            json!({"type": "ping"}),
            json!({"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 9}}),
            json!({"type": "message_stop"}),
        ],
    );
    let expected = Completion::new("yes").finish(FinishReason::Length).usage(Usage::new(5, 9));
    assert_eq!(answer.expect("an answer"), expected);
    assert_eq!(pieces, ["yes"]);
    let broken = [json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})];
    assert!(matches!(events(Api::Anthropic, &broken).0, Err(ProviderError::Status { status: 529, .. })));
}

#[test]
fn candidates_are_read() {
    let body = json!({
        "candidates": [{"content": {"parts": [{"text": "hm", "thought": true}, {"text": "yes"}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 2, "thoughtsTokenCount": 30},
    });
    assert_eq!(
        whole(Api::Gemini, &body).expect("an answer"),
        Completion::new("yes").usage(Usage::new(4, 32))
    );
    let blocked =
        json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 4}});
    assert_eq!(whole(Api::Gemini, &blocked).expect("an answer").finish, FinishReason::ContentFilter);
}

#[test]
fn what_does_not_say_why_it_ends_is_no_answer() {
    for (api, body) in [
        (Api::OpenAi, json!({"choices": [], "usage": null})),
        (Api::OpenAi, chat(&json!({"content": "{}"}), &Value::Null)),
        (Api::Anthropic, json!({"content": [{"type": "text", "text": "{}"}], "stop_reason": null})),
        (Api::Gemini, json!({"candidates": [{"content": {"parts": [{"text": "{}"}]}}]})),
        (Api::Gemini, json!({"candidates": []})),
        (Api::OpenAi, json!([])),
        (Api::OpenAi, json!("upstream connect error")),
    ] {
        assert!(matches!(whole(api, &body), Err(ProviderError::Unreadable(_))), "{api:?}: {body}");
    }
    let plain = read(Api::OpenAi, 200, &HeaderMap::new(), b"upstream connect error", &mut |_| {});
    assert!(matches!(plain, Err(ProviderError::Unreadable(_))));
}

#[test]
fn an_error_is_one_with_every_status() {
    for (body, expected) in [
        (json!({"error": {"message": "Provider returned error", "code": 502}}), 502),
        (json!({"error": {"message": "slow down", "type": "rate_limit_error"}}), 429),
        (json!({"error": "it broke"}), 500),
        (json!([{"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}]), 429),
    ] {
        for api in APIS {
            let error = whole(api, &body).unwrap_err();
            assert!(
                matches!(&error, ProviderError::Status { status, .. } if *status == expected),
                "{api:?}: {error}"
            );
        }
    }
    let choice = json!({"choices": [{"error": {"code": 502, "message": "gone"}, "finish_reason": "error"}]});
    assert!(matches!(whole(Api::OpenAiCompatible, &choice), Err(ProviderError::Status { status: 502, .. })));
}

#[test]
fn a_status_says_what_the_provider_says() {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", "7".parse().expect("a value"));
    headers.insert("x-request-id", "req_7".parse().expect("a value"));
    let body = json!({"error": {"message": "Rate limit\nreached"}}).to_string();
    let error = read(Api::OpenAi, 429, &headers, body.as_bytes(), &mut |_| {}).unwrap_err();
    assert_eq!(
        secret().shown(error).to_string(),
        "the provider answered 429: Rate limit reached (try again after 7s) (request `req_7`)"
    );
    let html =
        read(Api::OpenAi, 502, &HeaderMap::new(), b"<html>Bad gateway</html>", &mut |_| {}).unwrap_err();
    assert_eq!(html.to_string(), "the provider answered 502: <html>Bad gateway</html>");
    let moved = read(Api::OpenAi, 302, &HeaderMap::new(), b"", &mut |_| {}).unwrap_err();
    assert_eq!(moved.to_string(), "the provider answered 302");
    let google =
        json!({"error": {"message": "quota", "details": [{"@type": "RetryInfo", "retryDelay": "34s"}]}});
    let error =
        read(Api::Gemini, 429, &HeaderMap::new(), google.to_string().as_bytes(), &mut |_| {}).unwrap_err();
    assert!(
        matches!(error, ProviderError::Status { retry_after: Some(after), .. } if after == Duration::from_secs(34))
    );
}

/// A builder whose client needs no roots of the platform.
pub(super) fn offline(builder: HttpBuilder) -> HttpBuilder {
    let tls = tls::config("http://127.0.0.1").expect("TLS");
    builder.client(reqwest::Client::builder().tls_backend_preconfigured(tls).build().expect("a client"))
}

fn secret() -> Http {
    offline(Http::openai("gpt-5").key("sk-secret")).build().expect("a provider")
}

fn environment(name: &str) -> Option<String> {
    let variables = HashMap::from([
        ("OPENAI_API_KEY", "sk-secret"),
        ("OPENAI_BASE_URL", "https://gateway.example/v1/"),
        ("ANTHROPIC_API_KEY", " "),
        ("MINE", "sk-mine"),
    ]);
    variables.get(name).map(|value| (*value).to_owned())
}

#[test]
fn the_environment_has_keys_and_bases() {
    let http = offline(Http::openai("gpt-5")).build_in(environment).expect("a provider");
    assert_eq!(openai::url(&http), "https://gateway.example/v1/chat/completions");
    let error = Http::anthropic("claude").build_in(environment).unwrap_err();
    assert_eq!(error.to_string(), "the environment variable `ANTHROPIC_API_KEY` has no key");
    let http = offline(Http::anthropic("claude").key("sk-mine")).build_in(environment).expect("a provider");
    assert_eq!(anthropic::url(&http), "https://api.anthropic.com/v1/messages");
    let http = offline(Http::gemini("flash").key_from("MINE").streaming())
        .build_in(environment)
        .expect("a provider");
    assert_eq!(
        gemini::url(&http),
        "https://generativelanguage.googleapis.com/v1beta/models/flash:streamGenerateContent?alt=sse"
    );
    let http =
        Http::openai_compatible("http://127.0.0.1:1/v1", "m").build_in(environment).expect("a provider");
    assert!(http.key.is_none(), "OpenAI's key is not for others");
    let odd = Http::openai("m").key("a\nb").build_in(environment).unwrap_err();
    assert_eq!(odd.to_string(), "the key has characters that no header can have");
    for base in ["", "127.0.0.1:8080/v1", "localhost:8080/v1", "ftp://host/v1", "http://"] {
        let odd = Http::openai_compatible(base, "m").build_in(environment).unwrap_err();
        assert!(
            odd.to_string().starts_with("the base URL is none: it begins with `http://`"),
            "{base}: {odd}"
        );
    }
}

#[test]
fn a_path_that_is_not_there_says_what_the_base_lacks() {
    let said = |base: &str| {
        let http = Http::openai_compatible(base, "m").build_in(environment).expect("a provider");
        http.explained(ProviderError::status(404, "404 page not found")).to_string()
    };
    assert_eq!(
        said("http://127.0.0.1:11434"),
        "the provider answered 404: 404 page not found (the base URL has no `/v1`)"
    );
    assert_eq!(said("http://127.0.0.1:11434/v1/"), "the provider answered 404: 404 page not found");
}

#[test]
fn a_key_is_not_shown() {
    let builder = offline(Http::openai("gpt-5").key("sk-secret"));
    let shown = format!("{builder:?}");
    let http = builder.build_in(environment).expect("a provider");
    let shown = format!("{shown} {http:?} {:?}", http.key.as_ref().map(super::key::Key::header));
    assert!(!shown.contains("secret"), "{shown}");
    let key = http.key.expect("a key");
    assert_eq!(key.removed_from("no such key: sk-secret!"), "no such key: [key]!");
}

#[test]
fn a_key_is_not_shown_where_the_text_is_cut() {
    let http = secret();
    let mut headers = HeaderMap::new();
    let id = format!("{}sk-secret", "x".repeat(290));
    headers.insert("x-request-id", id.parse().expect("a value"));
    let body = json!({"error": {"message": id, "type": "authentication_error"}});
    let error = read(Api::OpenAi, 401, &headers, body.to_string().as_bytes(), &mut |_| {}).unwrap_err();
    let event = Reply::default().take(Api::OpenAi, &body, &mut |_| {}).unwrap_err();
    let unreadable = ProviderError::Unreadable(id);
    for error in [error, event, unreadable] {
        let said = http.shown(error);
        assert!(!format!("{said} {said:?}").contains("sk-"), "{said}");
        assert!(said.to_string().contains("x[key]"), "{said}");
    }
}

#[test]
fn what_is_shown_of_a_provider_has_no_password() {
    let mut headers = HeaderMap::new();
    headers.insert("x-gateway", "hush-header".parse().expect("a value"));
    let tls = tls::config("http://127.0.0.1").expect("TLS");
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls).default_headers(headers);
    let builder = Http::openai_compatible("https://me:hush-base@gateway.example:8443/hush-path/v1", "m")
        .key("hush-key")
        .client(client.build().expect("a client"))
        .streaming();
    let shown = format!("{builder:?}");
    let http = builder.build().expect("a provider");
    assert_eq!(
        format!("{http:?}"),
        "Http { api: OpenAiCompatible, model: \"m\", host: Some(\"gateway.example:8443\"), dialect: Plain, \
         streaming: true, .. }"
    );
    assert!(shown.contains("gateway.example:8443") && !shown.contains("hush"), "{shown}");
}

#[test]
fn what_is_on_this_machine_is_known() {
    for base in ["http://127.0.0.1:8080/v1", "http://localhost/v1", "https://[::1]:1/v1", "http://127.9.9.9"]
    {
        assert!(is_loopback(base), "{base}");
    }
    for base in ["http://10.0.0.1/v1", "https://localhost.example/v1", "http://[::2]/v1", "127.0.0.1"] {
        assert!(!is_loopback(base), "{base}");
    }
}

#[test]
fn words_of_calls_and_pauses_are_no_whole_ends() {
    for word in ["stop", "STOP", "end_turn", "stop_sequence", "eos", "eos_token"] {
        assert_eq!(finish_reason(word), FinishReason::Stop, "{word}");
    }
    for word in ["tool_calls", "function_call", "tool_use", "pause_turn", "MALFORMED_FUNCTION_CALL", "OTHER"]
    {
        assert_eq!(finish_reason(word), FinishReason::Other(word.into()), "{word}");
    }
}

#[test]
fn requests_are_written_in_the_words_of_each_provider() {
    let mut request = Request::new("Why?");
    request.system = Some("Be brief.".to_owned());
    request.messages.extend([Message::model("{}"), Message::user("Again.")]);
    request.max_output_tokens = Some(100);
    request.schema = Dialect::Plain.write::<Vec<u8>>().schema().cloned();
    let schema = request.schema.as_ref().expect("a schema").to_string();

    let compatible =
        Http::openai_compatible("http://127.0.0.1:1/v1", "m").streaming().build().expect("a provider");
    assert_eq!(
        openai::write(&compatible, &request).to_string(),
        format!(
            r#"{{"model":"m","messages":[{{"role":"system","content":"Be brief."}},{{"role":"user","content":"Why?"}},{{"role":"assistant","content":"{{}}"}},{{"role":"user","content":"Again."}}],"response_format":{{"type":"json_schema","json_schema":{{"name":"Vec_u8_","strict":true,"schema":{schema}}}}},"max_tokens":100,"stream":true,"stream_options":{{"include_usage":true}}}}"#
        )
    );
    let openai = offline(Http::openai("m").key("k")).build().expect("a provider");
    assert!(openai::write(&openai, &request).to_string().ends_with(r#","max_completion_tokens":100}"#));
    let claude = offline(Http::anthropic("m").key("k")).build().expect("a provider");
    assert_eq!(
        anthropic::write(&claude, &request).to_string(),
        format!(
            r#"{{"model":"m","max_tokens":100,"messages":[{{"role":"user","content":"Why?"}},{{"role":"assistant","content":"{{}}"}},{{"role":"user","content":"Again."}}],"system":"Be brief.","output_config":{{"format":{{"type":"json_schema","schema":{schema}}}}}}}"#
        )
    );
    let google = offline(Http::gemini("m").key("k")).build().expect("a provider");
    assert_eq!(
        gemini::write(&google, &request).to_string(),
        format!(
            r#"{{"contents":[{{"role":"user","parts":[{{"text":"Why?"}}]}},{{"role":"model","parts":[{{"text":"{{}}"}}]}},{{"role":"user","parts":[{{"text":"Again."}}]}}],"systemInstruction":{{"parts":[{{"text":"Be brief."}}]}},"generationConfig":{{"maxOutputTokens":100,"responseMimeType":"application/json","responseJsonSchema":{schema}}}}}"#
        )
    );
}
