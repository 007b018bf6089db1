//! Calls of tools by OpenAI's chat completions, which every server writes in its own way.

use handoff::Usage;
use handoff::prelude::*;
use handoff_models::Prompt;
use handoff_models::testing::Fault;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::{Api, Counted, NEVER, Plan, USAGE, runtime, serve};

/// How a model calls a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Right,
    /// The arguments as an object, and not as the text of one.
    Object,
    /// One id for two calls.
    OneId,
    NoId,
    /// Arguments that end in the middle.
    Torn,
    Empty,
    Unknown,
    /// Cut off by its length, though what there is of it is whole.
    Cut,
}

const FORMS: [Form; 8] =
    [Form::Right, Form::Object, Form::OneId, Form::NoId, Form::Torn, Form::Empty, Form::Unknown, Form::Cut];

/// The head of a stream, whose end is that of the connection.
pub(crate) const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

/// A whole answer.
pub(crate) fn whole(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// What is sent, head and body.
fn sent(form: Form, streaming: bool) -> String {
    let call = |name: &str, arguments: &Value| json!({"id": "a", "type": "function", "function": {"name": name, "arguments": arguments}});
    let right = &json!(r#"{"word":"hand"}"#);
    let calls = match form {
        Form::Right | Form::Cut => vec![call("look_up", right)],
        Form::Object => vec![call("look_up", &json!({"word": "hand"}))],
        Form::OneId => vec![call("look_up", right), call("look_up", right)],
        Form::NoId => vec![json!({"function": {"name": "look_up", "arguments": right}})],
        Form::Torn => vec![call("look_up", &json!(r#"{"word":"ha"#))],
        Form::Empty => vec![call("look_up", &json!(""))],
        Form::Unknown => vec![call("search", right)],
    };
    let reason = if form == Form::Cut { "length" } else { "tool_calls" };
    let usage = json!({"prompt_tokens": USAGE.input_tokens, "completion_tokens": USAGE.output_tokens});
    let message = json!({"role": "assistant", "content": null, "tool_calls": calls});
    if streaming {
        let chunk = |delta: &Value, reason: Option<&str>| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
        let events =
            [chunk(&message, None), chunk(&json!({}), Some(reason)), json!({"choices": [], "usage": usage})];
        let events = events.map(|event| format!("data: {event}\n\n")).concat();
        return format!("{STREAM}{events}data: [DONE]\n\n");
    }
    let choice = json!({"index": 0, "message": message, "finish_reason": reason});
    whole(&json!({"choices": [choice], "usage": usage}).to_string())
}

#[contract]
pub(crate) struct Word {
    #[check(len(1..))]
    pub(crate) word: String,
}

#[agent]
async fn look_up(word: Word) -> String {
    format!("what {} means", word.word)
}

/// Plan this, and look up what you do not know.
#[agent(tools(look_up), timeout = "none", retries = 1, max_output_tokens = 500)]
async fn plan(goal: String) -> Prompt<Plan>;

pipeline! { planned(String) -> Plan { plan } }

/// Calls, and what the model is told of them.
async fn calls(form: Form, streaming: bool) {
    let server = serve(move |call| (call == 0).then(|| Fault::Raw(sent(form, streaming).into()))).await;
    let counted = Counted::default();
    let runtime = runtime(&server, Api::OpenAi, streaming, &counted);
    let run = timeout(NEVER, runtime.run(planned, "cross the river".to_owned()));
    run.await
        .unwrap_or_else(|_| panic!("{form:?} hangs"))
        .unwrap_or_else(|error| panic!("{form:?}: {error}"));
    let usage = *counted.last.lock().expect("a lock");
    assert_eq!(usage, Usage::new(2 * USAGE.input_tokens, 2 * USAGE.output_tokens), "{form:?}");

    let bodies = server.requests();
    assert_eq!(bodies[0]["tools"][0]["function"]["name"], "look_up");
    let messages = bodies[1]["messages"].as_array().expect("messages");
    let told: Vec<_> = messages.iter().filter(|turn| turn["role"] == "tool").collect();
    let ids: Vec<_> = told.iter().map(|turn| &turn["tool_call_id"]).collect();
    let of_calls = messages[1]["tool_calls"].as_array();
    let called: Vec<_> = of_calls.into_iter().flatten().map(|call| &call["id"]).collect();
    assert_eq!(ids, called, "{form:?}: each call is answered under its id");
    let told: Vec<_> = told.iter().filter_map(|turn| turn["content"].as_str()).collect();
    let means = r#""what hand means""#;
    match form {
        Form::Right | Form::Object | Form::NoId => assert_eq!(told, [means], "{form:?}"),
        Form::OneId => assert!(told == [means, means] && ids[0] != ids[1], "{told:?}, {ids:?}"),
        Form::Torn => assert!(told[0].contains("not valid JSON"), "{told:?}"),
        Form::Empty => assert!(told[0].contains("/word: missing"), "{told:?}"),
        Form::Unknown => assert_eq!(told, ["There is no tool `search`. The only tool is `look_up`."]),
        Form::Cut => {
            assert!(told.is_empty(), "{told:?}");
            assert!(messages[1]["content"].as_str().is_some_and(|text| text.contains("was cut off")));
        }
    }
}

#[tokio::test]
async fn a_call_in_whatever_form_is_made_or_told_what_is_wrong_with_it() {
    let mut all = JoinSet::new();
    for streaming in [false, true] {
        for form in FORMS {
            all.spawn(calls(form, streaming));
        }
    }
    all.join_all().await;
}
