//! Calls as providers send them, whole and in pieces, and as they are sent back.

use handoff::FinishReason;
use serde_json::{Value, json};

use super::super::tests::{chat, events, offline, whole};
use super::super::{Api, Http, anthropic, gemini, openai};
use crate::dialect::Dialect;
use crate::request::{Message, OfferedTool, Request, ToolCall, ToolResult};

const HAND: &str = r#"{"word":"hand"}"#;

fn shown(calls: &[ToolCall]) -> Vec<(&str, &str, &str)> {
    calls.iter().map(|call| (call.id.as_str(), call.tool.as_str(), call.arguments.as_str())).collect()
}

/// The calls of a chat completion with these.
fn chatted(calls: &Value) -> Vec<ToolCall> {
    let message = json!({"role": "assistant", "content": null, "tool_calls": calls});
    let answer = whole(Api::OpenAiCompatible, &chat(&message, &json!("tool_calls"))).expect("an answer");
    assert_eq!(answer.finish, FinishReason::Other("tool_calls".into()));
    answer.calls
}

/// The same in pieces.
fn streamed(pieces: &[Value]) -> Vec<ToolCall> {
    let mut parts: Vec<_> = pieces
        .iter()
        .map(|piece| json!({"choices": [{"index": 0, "delta": {"tool_calls": [piece]}, "finish_reason": null}]}))
        .collect();
    parts.push(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}));
    events(Api::OpenAiCompatible, &parts).0.expect("an answer").calls
}

fn call(id: &str, arguments: &Value) -> Value {
    json!({"id": id, "type": "function", "function": {"name": "look_up", "arguments": arguments}})
}

#[test]
fn chat_completions_call_in_many_forms() {
    let expected = [("a", "look_up", HAND), ("b", "look_up", "{}")];
    assert_eq!(shown(&chatted(&json!([call("a", &json!(HAND)), call("b", &json!("{}"))]))), expected);
    // As an object, not as the text of one.
    assert_eq!(shown(&chatted(&json!([call("a", &json!({"word": "hand"}))]))), expected[..1]);
    // Without arguments, without an id, with one id for two: told apart and read later.
    let bare = json!([{"function": {"name": "look_up"}}, call("a", &json!("")), call("a", &Value::Null)]);
    assert_eq!(shown(&chatted(&bare)), [("", "look_up", ""), ("a", "look_up", ""), ("a", "look_up", "")]);
}

#[test]
fn pieces_of_calls_are_put_together() {
    let piece = |index: u64, arguments: &str| json!({"index": index, "function": {"arguments": arguments}});
    let first = |index: Option<u64>, id: &str| json!({"index": index, "id": id, "type": "function", "function": {"name": "look_up", "arguments": ""}});
    let two = [("a", "look_up", HAND), ("b", "look_up", HAND)];
    // Interleaved, as the numbers allow.
    let pieces = [
        first(Some(0), "a"),
        first(Some(1), "b"),
        piece(1, r#"{"word""#),
        piece(0, HAND),
        piece(1, r#":"hand"}"#),
    ];
    assert_eq!(shown(&streamed(&pieces)), two);
    // All of them numbered 0, and whole.
    let numbered =
        |id: &str| json!({"index": 0, "id": id, "function": {"name": "look_up", "arguments": HAND}});
    assert_eq!(shown(&streamed(&[numbered("a"), numbered("b")])), two);
    // The id and the name said again with each piece.
    let again = |arguments: &str| json!({"index": 0, "id": "a", "function": {"name": "look_up", "arguments": arguments}});
    assert_eq!(shown(&streamed(&[again(r#"{"word""#), again(r#":"hand"}"#)])), two[..1]);
    // Not numbered at all.
    let bare = |arguments: &str| json!({"function": {"arguments": arguments}});
    assert_eq!(
        shown(&streamed(&[
            first(None, "a"),
            bare(r#"{"word""#),
            bare(r#":"hand"}"#),
            first(None, "b"),
            bare(HAND)
        ])),
        two
    );
}

#[test]
fn messages_call_tools() {
    let message = json!({
        "type": "message",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s1"},
            {"type": "text", "text": "I look it up."},
            {"type": "tool_use", "id": "a", "name": "look_up", "input": {"word": "hand"}},
            {"type": "tool_use", "id": "b", "name": "now", "input": {}},
        ],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 5, "output_tokens": 7},
    });
    let answer = whole(Api::Anthropic, &message).expect("an answer");
    assert_eq!(
        (answer.text.as_str(), &answer.finish),
        ("I look it up.", &FinishReason::Other("tool_use".into()))
    );
    assert_eq!(shown(&answer.calls), [("a", "look_up", HAND), ("b", "now", "")]);
    let thoughts = r#"[{"signature":"s1","thinking":"hm","type":"thinking"}]"#;
    assert_eq!(answer.calls[0].echo.as_deref(), Some(thoughts));

    let piece =
        |index: u64, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let start = |index: u64, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let (streamed, pieces) = events(
        Api::Anthropic,
        &[
            json!({"type": "message_start", "message": {"content": [], "stop_reason": null, "usage": {"input_tokens": 5, "output_tokens": 1}}}),
            start(0, json!({"type": "thinking", "thinking": "", "signature": ""})),
            piece(0, json!({"type": "thinking_delta", "thinking": "hm"})),
            piece(0, json!({"type": "signature_delta", "signature": "s1"})),
            start(1, json!({"type": "text", "text": ""})),
            piece(1, json!({"type": "text_delta", "text": "I look it up."})),
            start(2, json!({"type": "tool_use", "id": "a", "name": "look_up", "input": {}})),
            piece(2, json!({"type": "input_json_delta", "partial_json": ""})),
            piece(2, json!({"type": "input_json_delta", "partial_json": r#"{"word":"#})),
            piece(2, json!({"type": "input_json_delta", "partial_json": r#""hand"}"#})),
            start(3, json!({"type": "tool_use", "id": "b", "name": "now", "input": {}})),
            json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 7}}),
            json!({"type": "message_stop"}),
        ],
    );
    assert_eq!(streamed.expect("an answer"), answer);
    assert_eq!(pieces, ["I look it up."]);
}

#[test]
fn candidates_call_functions() {
    let call = |name: &str, args: Value| json!({"functionCall": {"name": name, "args": args}});
    let mut signed = call("look_up", json!({"word": "hand"}));
    signed["thoughtSignature"] = json!("s1");
    let parts = json!([{"text": "hm", "thought": true}, signed, call("now", json!({}))]);
    let candidate = |parts: &Value| json!({"content": {"parts": parts}, "finishReason": "STOP"});
    let answer = whole(Api::Gemini, &json!({"candidates": [candidate(&parts)]})).expect("an answer");
    assert_eq!(shown(&answer.calls), [("", "look_up", HAND), ("", "now", "{}")]);
    assert_eq!((answer.calls[0].echo.as_deref(), answer.calls[1].echo.as_deref()), (Some("s1"), None));
    assert_eq!(answer.finish, FinishReason::Stop);
    let events_of = [
        json!({"candidates": [{"content": {"parts": [parts[1]]}}]}),
        json!({"candidates": [candidate(&json!([parts[2]]))]}),
    ];
    assert_eq!(events(Api::Gemini, &events_of).0.expect("an answer").calls, answer.calls);
}

/// A request in whose conversation a tool was called twice, once in vain.
fn request(echo: Option<&str>) -> Request {
    let result = |id: &str, text: &str, failed| ToolResult {
        id: id.to_owned(),
        tool: "look_up".to_owned(),
        text: text.to_owned(),
        failed,
    };
    let mut request = Request::new("Why?");
    let calls = vec![
        ToolCall::new("look_up", HAND).id("a").echo(echo.map(str::to_owned)),
        ToolCall::new("look_up", r#"{"word":"#).id("b"),
    ];
    request.messages.push(Message::calls("I look.", calls));
    request
        .messages
        .push(Message::results(vec![result("a", r#"{"text":"x"}"#, false), result("b", "No.", true)]));
    let input = Dialect::OpenAi
        .write_inputs([("Word".to_owned(), r#"{"type":"object","properties":{}}"#)].into_iter());
    let schema = input[0].schema.clone();
    request.tools.push(OfferedTool {
        name: "look_up".to_owned(),
        description: "Looks up.".to_owned(),
        schema,
        strict: true,
    });
    request
}

const SCHEMA: &str = r#"{"type":"object","properties":{},"required":[],"additionalProperties":false}"#;

#[test]
fn what_came_of_calls_is_sent_in_the_words_of_each_provider() {
    let compatible = Http::openai_compatible("http://127.0.0.1:1/v1", "m").build().expect("a provider");
    assert_eq!(
        openai::write(&compatible, &request(Some("hm"))).to_string(),
        format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":"Why?"}},{{"role":"assistant","content":"I look.","reasoning_content":"hm","tool_calls":[{{"id":"a","type":"function","function":{{"name":"look_up","arguments":"{{\"word\":\"hand\"}}"}}}},{{"id":"b","type":"function","function":{{"name":"look_up","arguments":"{{\"word\":"}}}}]}},{{"role":"tool","tool_call_id":"a","content":"{{\"text\":\"x\"}}"}},{{"role":"tool","tool_call_id":"b","content":"No."}}],"tools":[{{"type":"function","function":{{"name":"look_up","description":"Looks up.","parameters":{SCHEMA},"strict":true}}}}],"tool_choice":"auto"}}"#
        )
    );
    let thoughts = r#"[{"type":"thinking","thinking":"hm","signature":"s1"}]"#;
    let claude = offline(Http::anthropic("m").key("k")).build().expect("a provider");
    let written = anthropic::write(&claude, &request(Some(thoughts))).to_string();
    assert_eq!(
        written,
        format!(
            r#"{{"model":"m","max_tokens":8192,"messages":[{{"role":"user","content":"Why?"}},{{"role":"assistant","content":[{{"type":"thinking","thinking":"hm","signature":"s1"}},{{"type":"text","text":"I look."}},{{"type":"tool_use","id":"a","name":"look_up","input":{{"word":"hand"}}}},{{"type":"tool_use","id":"b","name":"look_up","input":{{}}}}]}},{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"a","content":"{{\"text\":\"x\"}}"}},{{"type":"tool_result","tool_use_id":"b","content":"No.","is_error":true}}]}}],"tools":[{{"name":"look_up","description":"Looks up.","input_schema":{SCHEMA},"strict":true}}],"tool_choice":{{"type":"auto"}}}}"#
        )
    );
    let google = offline(Http::gemini("m").key("k")).build().expect("a provider");
    assert_eq!(
        gemini::write(&google, &request(Some("s1"))).to_string(),
        format!(
            r#"{{"contents":[{{"role":"user","parts":[{{"text":"Why?"}}]}},{{"role":"model","parts":[{{"text":"I look."}},{{"functionCall":{{"id":"a","name":"look_up","args":{{"word":"hand"}}}},"thoughtSignature":"s1"}},{{"functionCall":{{"id":"b","name":"look_up","args":{{}}}}}}]}},{{"role":"user","parts":[{{"functionResponse":{{"id":"a","name":"look_up","response":{{"output":{{"text":"x"}}}}}}}},{{"functionResponse":{{"id":"b","name":"look_up","response":{{"error":"No."}}}}}}]}}],"tools":[{{"functionDeclarations":[{{"name":"look_up","description":"Looks up.","parametersJsonSchema":{SCHEMA}}}]}}],"toolConfig":{{"functionCallingConfig":{{"mode":"AUTO"}}}},"generationConfig":{{}}}}"#
        )
    );
}
