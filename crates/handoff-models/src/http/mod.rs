//! Providers over HTTP: OpenAI, Anthropic, Gemini, and whatever speaks OpenAI's chat completions.
//!
//! # TLS
//!
//! Certificates are checked by rustls with ring, against the roots of the platform. For anything else (another TLS, a
//! proxy, a corporate root, another pool of connections) hand in a client of your own. For `native-tls`, have
//! `reqwest = { version = "0.13", default-features = false, features = ["native-tls"] }` among your dependencies, and
//!
//! ```ignore
//! let client = reqwest::Client::builder()
//!     .tls_backend_native()
//!     .redirect(reqwest::redirect::Policy::none())
//!     .retry(reqwest::retry::never())
//!     .connect_timeout(Duration::from_secs(10))
//!     .build()?;
//! let model = Model::new(Http::openai("gpt-5").client(client).build()?);
//! ```
//!
//! A client that leaves the choice of TLS to reqwest panics as it is built, unless the process has installed a provider of
//! cryptography for rustls: with ring, reqwest has none of its own.

mod anthropic;
mod builder;
mod call;
mod calls;
mod error_body;
mod gemini;
mod key;
mod openai;
mod reply;
mod retry_after;
#[cfg(test)]
mod tests;
mod tls;

use std::fmt;

pub use self::builder::{HttpBuilder, HttpError};
use self::key::Key;
use crate::dialect::Dialect;
use crate::provider::{Completing, Provider, Sink};
use crate::request::Request;

/// A provider over HTTP. It is cheap to clone; clones share their connections.
///
/// | | key | base URL | dialect |
/// |---|---|---|---|
/// | [`openai`](Self::openai) | `OPENAI_API_KEY` | `OPENAI_BASE_URL`, or `https://api.openai.com/v1` | [`OpenAi`](Dialect::OpenAi) |
/// | [`anthropic`](Self::anthropic) | `ANTHROPIC_API_KEY` | `ANTHROPIC_BASE_URL`, or `https://api.anthropic.com/v1` | [`Anthropic`](Dialect::Anthropic) |
/// | [`gemini`](Self::gemini) | `GEMINI_API_KEY` | `GEMINI_BASE_URL`, or `https://generativelanguage.googleapis.com/v1beta` | [`Gemini`](Dialect::Gemini) |
/// | [`openai_compatible`](Self::openai_compatible) | none, unless [given](HttpBuilder::key) | given | [`Plain`](Dialect::Plain) |
///
/// The environment is read when the provider is [built](HttpBuilder::build). Keys are shown neither by
/// [`Debug`](std::fmt::Debug) nor in errors, even if the provider repeats them. The environment's proxies
/// (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`) are used, except for a base URL on this machine.
///
/// Each call is one request, without retries and redirects. The only timeouts are that of the agent, and one
/// of 10 seconds for connecting. An answer of more than 16 MiB is
/// [unreadable](crate::ProviderError::Unreadable).
///
/// ```
/// use handoff_models::http::Http;
///
/// // llama.cpp, Ollama, vLLM: all of them have `/v1`.
/// let http = Http::openai_compatible("http://127.0.0.1:8080/v1", "smollm2").build()?;
/// # Ok::<(), handoff_models::http::HttpError>(())
/// ```
#[derive(Clone)]
pub struct Http {
    api: Api,
    client: reqwest::Client,
    base: String,
    key: Option<Key>,
    model: String,
    dialect: Dialect,
    streaming: bool,
}

/// Whose protocol is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Api {
    OpenAi,
    OpenAiCompatible,
    Anthropic,
    Gemini,
}

impl Http {
    /// Starts to build a provider of a model of OpenAI.
    pub fn openai(model: impl Into<String>) -> HttpBuilder {
        HttpBuilder::new(Api::OpenAi, model.into())
    }

    /// Starts to build a provider of a model of Anthropic.
    pub fn anthropic(model: impl Into<String>) -> HttpBuilder {
        HttpBuilder::new(Api::Anthropic, model.into())
    }

    /// Starts to build a provider of a model of Google.
    pub fn gemini(model: impl Into<String>) -> HttpBuilder {
        HttpBuilder::new(Api::Gemini, model.into())
    }

    /// Starts to build a provider of a model behind a server that speaks OpenAI's chat completions.
    ///
    /// Examples are llama.cpp, Ollama, vLLM and gateways. The base URL usually ends in `/v1`.
    ///
    /// The dialect is [`Plain`](Dialect::Plain), which these servers accept; [set](HttpBuilder::dialect)
    /// another one if the server passes the schema on to OpenAI.
    pub fn openai_compatible(base_url: impl Into<String>, model: impl Into<String>) -> HttpBuilder {
        HttpBuilder::new(Api::OpenAiCompatible, model.into()).base_url(base_url)
    }
}

/// Neither the key nor the client, whose headers may have one.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, client: _, base, key: _, model, dialect, streaming } = self;
        f.debug_struct("Http")
            .field("api", api)
            .field("model", model)
            .field("host", &builder::host(base))
            .field("dialect", dialect)
            .field("streaming", streaming)
            .finish_non_exhaustive()
    }
}

impl Provider for Http {
    fn name(&self) -> &str {
        &self.model
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        Box::pin(self.call(request, sink))
    }
}
