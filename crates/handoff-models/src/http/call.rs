//! One call, from the request to the answer.

use eventsource_stream::{EventStreamError, Eventsource as _};
use futures_util::StreamExt as _;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::reply::{self, Reply};
use super::{Api, Http, anthropic, gemini, openai};
use crate::error::ProviderError;
use crate::provider::{Completion, Sink};
use crate::request::Request;

/// The most bytes of an answer.
const MOST_BYTES: usize = 16 << 20;

/// How the last event of an OpenAI-like stream says so.
const DONE: &str = "[DONE]";

impl Http {
    pub(super) async fn call(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, ProviderError> {
        let outcome = self.answer(request, sink).await;
        outcome.map_err(|error| self.explained(self.shown(error)))
    }

    /// The error as it may be shown, whatever the provider says back: without the key, and shortened after that, since a
    /// part of the key would not be found.
    pub(super) fn shown(&self, error: ProviderError) -> ProviderError {
        let hidden = |text: &str| match &self.key {
            Some(key) => key.removed_from(text),
            None => text.to_owned(),
        };
        match error {
            ProviderError::Status { status, retry_after, message, request_id } => {
                let request_id = request_id.as_deref().map(hidden);
                ProviderError::status(status, hidden(&message))
                    .retry_after(retry_after)
                    .request_id(request_id.as_deref())
            }
            ProviderError::Unreadable(why) => ProviderError::unreadable(hidden(&why)),
            error => error,
        }
    }

    /// What is not there is mostly so because the base URL is not whole, and no server says that.
    pub(super) fn explained(&self, mut error: ProviderError) -> ProviderError {
        if let ProviderError::Status { status: 404, message, .. } = &mut error
            && !self.base.contains("/v1")
        {
            message.push_str(" (the base URL has no `/v1`)");
        }
        error
    }

    async fn answer(&self, request: &Request, sink: &mut Sink<'_>) -> Result<Completion, ProviderError> {
        let (url, body) = match self.api {
            Api::OpenAi | Api::OpenAiCompatible => (openai::url(self), openai::write(self, request)),
            Api::Anthropic => (anthropic::url(self), anthropic::write(self, request)),
            Api::Gemini => (gemini::url(self), gemini::write(self, request)),
        };
        let mut call = self.client.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        if let Some(key) = &self.key {
            let name = match self.api {
                Api::OpenAi | Api::OpenAiCompatible => "authorization",
                Api::Anthropic => "x-api-key",
                Api::Gemini => "x-goog-api-key",
            };
            call = call.header(name, key.header());
        }
        if self.api == Api::Anthropic {
            call = call.header("anthropic-version", anthropic::VERSION);
        }
        if let Some(parent) = &request.traceparent {
            call = call.header("traceparent", parent.to_string());
        }
        let response = call.send().await.map_err(broken)?;
        if response.status().is_success() && is_stream(response.headers()) {
            return self.events(response, sink).await;
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = whole(response).await?;
        reply::read(self.api, status, &headers, &body, sink)
    }

    /// Reads an answer that comes in events.
    async fn events(&self, response: Response, sink: &mut Sink<'_>) -> Result<Completion, ProviderError> {
        let headers = response.headers().clone();
        let mut read = 0;
        let bytes = response.bytes_stream().map(|bytes| {
            let bytes = bytes.map_err(broken)?;
            read += bytes.len();
            if read > MOST_BYTES { Err(too_long()) } else { Ok(bytes) }
        });
        let mut events = std::pin::pin!(bytes.eventsource());
        let mut reply = Reply::default();
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| match error {
                EventStreamError::Transport(error) => error,
                EventStreamError::Utf8(_) => ProviderError::unreadable("it is no UTF-8"),
                EventStreamError::Parser(_) => ProviderError::unreadable("it is no stream of events"),
            })?;
            if event.data.trim() == DONE {
                break;
            }
            let data = serde_json::from_str(&event.data)
                .map_err(|error| ProviderError::unreadable(format!("an event is no JSON: {error}")))?;
            reply.take(self.api, &data, sink).map_err(|error| reply::identified(error, &headers))?;
        }
        reply.end()
    }
}

fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"))
}

async fn whole(mut response: Response) -> Result<Vec<u8>, ProviderError> {
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.map_err(broken)? {
        if body.len() + bytes.len() > MOST_BYTES {
            return Err(too_long());
        }
        body.extend_from_slice(&bytes);
    }
    Ok(body)
}

/// The URL is no news, and may be one that is not to be shown.
fn broken(error: reqwest::Error) -> ProviderError {
    ProviderError::connection(error.without_url())
}

fn too_long() -> ProviderError {
    ProviderError::unreadable(format!("it has more than {MOST_BYTES} bytes"))
}
