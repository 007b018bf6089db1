//! What the server sends, in the words of each API.

use serde_json::{Value, json};

use crate::calls;
use crate::server::Fault;

/// Whose API a call is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    OpenAi,
    Anthropic,
    Gemini,
}

pub(crate) const APIS: [Api; 3] = [Api::OpenAi, Api::Anthropic, Api::Gemini];

/// The tokens that the server says a call took.
pub(crate) const INPUT: u64 = 11;
pub(crate) const OUTPUT: u64 = 7;

const GOOD: &str = r#"{"steps":["look","leap"],"confidence":0.8}"#;

/// What a model says, and why it stops: a word of OpenAI's.
struct Said<'a> {
    text: Option<&'a str>,
    refusal: Option<&'a str>,
    reason: Option<&'a str>,
}

/// What is sent, head and body.
pub(crate) fn answer(fault: Fault, api: Api, streaming: bool, key: &str) -> String {
    let said = |text: Option<&str>, reason: &str| {
        Said { text, refusal: None, reason: Some(reason) }.sent(api, streaming)
    };
    let error = |status: u16, headers: &str, message: &str| {
        http(status, headers, &json!({"error": {"message": message, "type": "some_error"}}).to_string())
    };
    match fault {
        Fault::None | Fault::Stall | Fault::StallHalf | Fault::Close | Fault::CloseHalf => {
            said(Some(GOOD), "stop")
        }
        Fault::Busy => error(429, "retry-after-ms: 20\r\nx-request-id: req_7\r\n", "Rate limit reached"),
        Fault::BusyBare => error(429, "", "Rate limit reached"),
        Fault::Server => error(500, "", "The server had an error"),
        Fault::Html => http(502, "content-type: text/html\r\n", "<html><body>Bad gateway</body></html>"),
        Fault::Cut => said(Some(&GOOD[..GOOD.len() / 2]), "length"),
        Fault::CutWhole => said(Some(GOOD), "length"),
        Fault::Fenced => said(Some(&format!("Here you are:\n```json\n{GOOD}\n```")), "stop"),
        Fault::Broken => said(Some(r#"{"steps":[],"confidence":0.8}"#), "stop"),
        Fault::Refusal => {
            let refusal = Some("I'm sorry, I can't help with that.");
            Said { text: None, refusal, reason: Some("stop") }.sent(api, streaming)
        }
        Fault::Filter => said(Some(""), "content_filter"),
        Fault::Empty => said(Some(""), "stop"),
        Fault::NullContent => said(None, "stop"),
        Fault::NoChoices => http(200, "", &json!({"choices": [], "usage": null}).to_string()),
        Fault::NoReason => Said { text: Some(GOOD), refusal: None, reason: None }.sent(api, streaming),
        Fault::NoJson => http(200, "", "upstream connect error"),
        Fault::Unauthorized => error(401, "", &format!("Incorrect API key provided: {key}")),
        Fault::Error200 => {
            http(200, "", &json!({"error": {"message": "Provider returned error", "code": 502}}).to_string())
        }
        Fault::TwoObjects => said(Some(&format!("{GOOD}\n{GOOD}")), "stop"),
        Fault::Redirect => http(302, "location: http://127.0.0.1:1/elsewhere\r\n", ""),
        Fault::Calls(form) => calls::sent(form, streaming),
        Fault::Padded(length) => padded(&said(Some(GOOD), "stop"), length),
    }
}

/// Whether an answer is there as a whole, so that what it took is counted.
pub(crate) fn is_counted(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::None
            | Fault::Cut
            | Fault::CutWhole
            | Fault::Fenced
            | Fault::Broken
            | Fault::Refusal
            | Fault::Filter
            | Fault::Empty
            | Fault::NullContent
            | Fault::TwoObjects
            | Fault::Calls(_)
    )
}

pub(crate) fn http(status: u16, headers: &str, body: &str) -> String {
    let kind = if headers.contains("content-type") { "" } else { "content-type: application/json\r\n" };
    let length = body.len();
    format!("HTTP/1.1 {status} Status\r\n{kind}{headers}content-length: {length}\r\n\r\n{body}")
}

/// A stream: its end is that of the connection.
pub(crate) fn stream(events: &[Value], done: &str) -> String {
    let mut sent =
        String::from("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
    for event in events {
        sent.push_str(": a comment\r\ndata: ");
        sent.push_str(&event.to_string());
        sent.push_str("\r\n\r\n");
    }
    sent + done
}

/// The same answer with a body of this length: white space before the JSON, or comments before the events.
fn padded(answer: &str, length: usize) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let missing = length - body.len();
    if head.contains("event-stream") {
        let line = format!(":{}\n", "-".repeat(1_022));
        let (lines, rest) = (missing / line.len() - 1, missing % line.len() + line.len());
        let comments = line.repeat(lines) + &format!(":{}\n", "-".repeat(rest - 2));
        return format!("{head}\r\n\r\n{comments}{body}");
    }
    http(200, "", &(" ".repeat(missing) + body))
}

impl Said<'_> {
    /// At once, or in events, the text in two of them.
    fn sent(&self, api: Api, streaming: bool) -> String {
        let halves = self.text.map(|text| text.split_at(text.len() / 2));
        let halves = halves.map_or(Vec::new(), |(first, second)| vec![first, second]);
        match api {
            Api::OpenAi => self.by_openai(streaming, &halves),
            Api::Anthropic => self.by_anthropic(streaming, &halves),
            Api::Gemini => self.by_gemini(streaming, &halves),
        }
    }

    fn by_openai(&self, streaming: bool, halves: &[&str]) -> String {
        let Self { text, refusal, reason } = self;
        let usage = json!({"prompt_tokens": INPUT, "completion_tokens": OUTPUT});
        let message = json!({"role": "assistant", "content": text, "refusal": refusal});
        if !streaming {
            let choice = json!({"index": 0, "message": message, "finish_reason": reason});
            return http(200, "", &json!({"choices": [choice], "usage": usage}).to_string());
        }
        let deltas = halves.iter().map(|half| json!({"content": half}));
        let deltas: Vec<_> = if halves.is_empty() { vec![message] } else { deltas.collect() };
        let chunk = |delta: &Value, reason: Option<&str>| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
        let mut events: Vec<_> = deltas.iter().map(|delta| chunk(delta, None)).collect();
        events.extend([chunk(&json!({}), *reason), json!({"choices": [], "usage": usage})]);
        stream(&events, "data: [DONE]\n\n")
    }

    fn by_anthropic(&self, streaming: bool, halves: &[&str]) -> String {
        let reason = match (self.reason, self.refusal) {
            (Some("content_filter"), _) | (_, Some(_)) => Some("refusal"),
            (Some("length"), _) => Some("max_tokens"),
            (reason, _) => reason.map(|_| "end_turn"),
        };
        let blocks = |text: Option<&str>| text.map(|text| json!({"type": "text", "text": text}));
        let usage = |output: u64| json!({"input_tokens": INPUT - 3, "cache_read_input_tokens": 3, "output_tokens": output});
        let message = |text: Option<&str>, reason: Option<&str>, output: u64| {
            let content = Vec::from_iter(blocks(text));
            json!({"type": "message", "content": content, "stop_reason": reason, "usage": usage(output)})
        };
        if !streaming {
            return http(200, "", &message(self.text, reason, OUTPUT).to_string());
        }
        let mut events = vec![
            json!({"type": "message_start", "message": message(None, None, 1)}),
            json!({"type": "content_block_start", "index": 0, "content_block": blocks(Some(""))}),
        ];
        let delta = |half: &&str| json!({"type": "content_block_delta", "delta": {"type": "text_delta", "text": half}});
        events.extend(halves.iter().map(delta));
        events.push(json!({"type": "content_block_stop", "index": 0}));
        let delta = json!({"stop_reason": reason, "stop_sequence": null});
        events.extend([
            json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": OUTPUT}}),
            json!({"type": "message_stop"}),
        ]);
        stream(&events, "")
    }

    fn by_gemini(&self, streaming: bool, halves: &[&str]) -> String {
        if self.refusal.is_some() {
            let body = json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": gemini_usage()});
            return if streaming { stream(&[body], "") } else { http(200, "", &body.to_string()) };
        }
        let reason = self.reason.map(|reason| match reason {
            "length" => "MAX_TOKENS",
            "content_filter" => "SAFETY",
            _ => "STOP",
        });
        let candidate = |texts: &[&str], reason: Option<&str>| {
            let parts: Vec<_> = texts.iter().map(|text| json!({"text": text})).collect();
            json!({"content": {"role": "model", "parts": parts}, "finishReason": reason})
        };
        if !streaming {
            let body = json!({"candidates": [candidate(halves, reason)], "usageMetadata": gemini_usage()});
            return http(200, "", &body.to_string());
        }
        let mut events: Vec<_> =
            halves.iter().map(|half| json!({"candidates": [candidate(&[half], None)]})).collect();
        events.push(json!({"candidates": [candidate(&[], reason)], "usageMetadata": gemini_usage()}));
        stream(&events, "")
    }
}

fn gemini_usage() -> Value {
    json!({"promptTokenCount": INPUT, "candidatesTokenCount": OUTPUT - 2, "thoughtsTokenCount": 2})
}
