//! From what a provider sends to a completion.

use std::time::SystemTime;

use handoff::{FinishReason, Usage};
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::calls::Calls;
use super::{Api, anthropic, error_body, gemini, openai, retry_after};
use crate::error::ProviderError;
use crate::provider::{Completion, Sink};

/// What has come of an answer so far: the whole, or the events of a stream.
#[derive(Debug, Default)]
pub(super) struct Reply {
    text: String,
    refusal: Option<String>,
    model: Option<String>,
    finish: Option<FinishReason>,
    pub(super) calls: Calls,
    /// Tokens of the prompt, and of the answer.
    input: Option<u64>,
    output: Option<u64>,
}

impl Reply {
    /// Takes a body, or an event of a stream.
    pub(super) fn take(&mut self, api: Api, part: &Value, sink: &mut Sink<'_>) -> Result<(), ProviderError> {
        if let Some(error) = error_body::error_in(part) {
            return Err(error);
        }
        if self.model.is_none() {
            self.model = model_in(part).map(str::to_owned);
        }
        match api {
            Api::OpenAi | Api::OpenAiCompatible => openai::take(self, part, sink),
            Api::Anthropic => {
                anthropic::take(self, part, sink);
                Ok(())
            }
            Api::Gemini => {
                gemini::take(self, part, sink);
                Ok(())
            }
        }
    }

    /// Takes a piece of the text.
    pub(super) fn text(&mut self, piece: &str, sink: &mut Sink<'_>) {
        if !piece.is_empty() {
            self.text.push_str(piece);
            sink(piece);
        }
    }

    /// Takes a piece of what the model says in place of an answer.
    pub(super) fn refusal(&mut self, piece: &str) {
        self.refusal.get_or_insert_default().push_str(piece);
    }

    pub(super) fn finish(&mut self, reason: FinishReason) {
        self.finish = Some(reason);
    }

    /// Takes what the call took, as far as it is said; what is said later counts.
    pub(super) fn usage(&mut self, input: Option<u64>, output: Option<u64>) {
        self.input = input.or(self.input);
        self.output = output.or(self.output);
    }

    /// The answer, if it says why it ends.
    pub(super) fn end(self) -> Result<Completion, ProviderError> {
        let Self { text, refusal, model, finish, calls, input, output } = self;
        let Some(finish) = finish else {
            return Err(ProviderError::unreadable("it ends without saying why"));
        };
        let mut completion = Completion::new(text).finish(finish);
        completion.refusal = refusal;
        completion.calls = calls.end();
        completion.model = model;
        completion.usage = match (input, output) {
            (None, None) => None,
            (input, output) => Some(Usage::new(input.unwrap_or(0), output.unwrap_or(0))),
        };
        Ok(completion)
    }
}

/// Which model has answered, as all of OpenAI's, of Anthropic's and of Gemini's APIs have it, whole or in events.
fn model_in(part: &Value) -> Option<&str> {
    let found = [part.get("model"), part.pointer("/message/model"), part.get("modelVersion")];
    found.into_iter().flatten().find_map(Value::as_str)
}

/// Reads a reply that has come as a whole.
pub(super) fn read(
    api: Api,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    sink: &mut Sink<'_>,
) -> Result<Completion, ProviderError> {
    let json = serde_json::from_slice::<Value>(body);
    if !(200..300).contains(&status) {
        let json = json.unwrap_or_default();
        let plain = String::from_utf8_lossy(body);
        let message = error_body::message(&json).unwrap_or(&plain);
        let after = retry_after::of(headers, SystemTime::now()).or_else(|| error_body::delay(&json));
        return Err(identified(error_body::said(status, message, after), headers));
    }
    let json = json.map_err(|error| ProviderError::unreadable(format!("its body is no JSON: {error}")))?;
    let mut reply = Reply::default();
    reply.take(api, &json, sink).map_err(|error| identified(error, headers))?;
    reply.end()
}

/// The error, with the provider's id of the call.
pub(super) fn identified(mut error: ProviderError, headers: &HeaderMap) -> ProviderError {
    let id = ["x-request-id", "request-id", "x-goog-request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok());
    if let ProviderError::Status { request_id, .. } = &mut error {
        *request_id = id.map(str::to_owned);
    }
    error
}

/// Why an answer ends, in the words of every provider. What is none of them, a call of a tool for one, is no whole answer.
pub(super) fn finish_reason(word: &str) -> FinishReason {
    match word {
        "stop" | "STOP" | "end_turn" | "stop_sequence" | "eos" | "eos_token" => FinishReason::Stop,
        "length" | "MAX_TOKENS" | "max_tokens" | "model_length" | "model_context_window_exceeded" => {
            FinishReason::Length
        }
        "content_filter" | "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII"
        | "IMAGE_SAFETY" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned().into()),
    }
}
