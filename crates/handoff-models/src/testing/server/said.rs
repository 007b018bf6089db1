//! What the server sends, in the words of each API.

use std::borrow::Cow;

use handoff::Usage;
use serde_json::{Value, json};

use super::Fault;

/// Whose API a call is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    OpenAi,
    Anthropic,
    Gemini,
}

/// What the server says that a call took.
pub(super) const USAGE: Usage = Usage::new(11, 7);

/// What a model says, and why it stops: a word of OpenAI's.
struct Said<'a> {
    text: Option<&'a str>,
    refusal: Option<&'a str>,
    reason: Option<&'a str>,
}

/// What is sent, head and body.
pub(super) fn response<'a>(
    fault: Option<&'a Fault>,
    answer: &str,
    api: Api,
    streaming: bool,
    key: &str,
) -> Cow<'a, str> {
    let said = |text: Option<&str>, reason: &str| {
        Said { text, refusal: None, reason: Some(reason) }.sent(api, streaming)
    };
    let error = |status: u16, headers: &str, message: &str| {
        http(status, headers, &json!({"error": {"message": message, "type": "some_error"}}).to_string())
    };
    let Some(fault) = fault else { return said(Some(answer), "stop").into() };
    let sent = match fault {
        Fault::Raw(sent) => return Cow::Borrowed(sent),
        Fault::Stall | Fault::StallHalfway | Fault::Close | Fault::CloseHalfway => said(Some(answer), "stop"),
        Fault::RateLimited { retry_after } => {
            let after = retry_after.map(|after| format!("retry-after-ms: {}\r\n", after.as_millis()));
            let headers = after.unwrap_or_default() + "x-request-id: req_7\r\n";
            error(429, &headers, "Rate limit reached")
        }
        Fault::Unauthorized => error(401, "", &format!("Incorrect API key provided: {key}")),
        Fault::ServerError => error(500, "", "The server had an error"),
        Fault::HtmlPage => http(502, "content-type: text/html\r\n", "<html><body>Bad gateway</body></html>"),
        Fault::Redirect => http(302, "location: http://127.0.0.1:1/elsewhere\r\n", ""),
        Fault::ErrorWithStatus200 => {
            http(200, "", &json!({"error": {"message": "Provider returned error", "code": 502}}).to_string())
        }
        Fault::NoJson => http(200, "", "upstream connect error"),
        Fault::CutOff => said(Some(halves(answer).0), "length"),
        Fault::CutOffWhole => said(Some(answer), "length"),
        Fault::Fenced => said(Some(&format!("Here you are:\n```json\n{answer}\n```")), "stop"),
        Fault::Twice => said(Some(&format!("{answer}\n{answer}")), "stop"),
        Fault::Text(text) => said(Some(text), "stop"),
        Fault::Refusal => {
            let refusal = Some("I'm sorry, I can't help with that.");
            Said { text: None, refusal, reason: Some("stop") }.sent(api, streaming)
        }
        Fault::ContentFilter => said(Some(""), "content_filter"),
        Fault::Empty => said(Some(""), "stop"),
        Fault::NullContent => said(None, "stop"),
        Fault::NoChoices => http(200, "", &json!({"choices": [], "usage": null}).to_string()),
        Fault::NoFinishReason => {
            Said { text: Some(answer), refusal: None, reason: None }.sent(api, streaming)
        }
    };
    sent.into()
}

/// Both halves of a text, about.
fn halves(text: &str) -> (&str, &str) {
    text.split_at(text.floor_char_boundary(text.len() / 2))
}

fn http(status: u16, headers: &str, body: &str) -> String {
    let kind = if headers.contains("content-type") { "" } else { "content-type: application/json\r\n" };
    let length = body.len();
    format!("HTTP/1.1 {status} Status\r\n{kind}{headers}content-length: {length}\r\n\r\n{body}")
}

/// A stream: its end is that of the connection.
fn stream(events: &[Value], done: &str) -> String {
    let mut sent =
        String::from("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
    for event in events {
        sent.push_str(": a comment\r\ndata: ");
        sent.push_str(&event.to_string());
        sent.push_str("\r\n\r\n");
    }
    sent + done
}

impl Said<'_> {
    /// At once, or in events, the text in two of them.
    fn sent(&self, api: Api, streaming: bool) -> String {
        let halves = self.text.map(halves).map_or(Vec::new(), |(first, second)| vec![first, second]);
        match api {
            Api::OpenAi => self.by_openai(streaming, &halves),
            Api::Anthropic => self.by_anthropic(streaming, &halves),
            Api::Gemini => self.by_gemini(streaming, &halves),
        }
    }

    fn by_openai(&self, streaming: bool, halves: &[&str]) -> String {
        let Self { text, refusal, reason } = self;
        let usage = json!({"prompt_tokens": USAGE.input_tokens, "completion_tokens": USAGE.output_tokens});
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
        let usage = |output: u64| json!({"input_tokens": USAGE.input_tokens - 3, "cache_read_input_tokens": 3, "output_tokens": output});
        let message = |text: Option<&str>, reason: Option<&str>, output: u64| {
            let content = Vec::from_iter(blocks(text));
            json!({"type": "message", "content": content, "stop_reason": reason, "usage": usage(output)})
        };
        if !streaming {
            return http(200, "", &message(self.text, reason, USAGE.output_tokens).to_string());
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
            json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": USAGE.output_tokens}}),
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
    let (input, output) = (USAGE.input_tokens, USAGE.output_tokens - 2);
    json!({"promptTokenCount": input, "candidatesTokenCount": output, "thoughtsTokenCount": 2})
}
