//! How a provider over HTTP is set up.

use std::env;
use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use handoff::BoxError;

use super::key::Key;
use super::{Api, Http, tls};
use crate::dialect::Dialect;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A builder for an [`Http`] provider.
#[must_use = "nothing is set up before `build`"]
pub struct HttpBuilder {
    api: Api,
    model: String,
    key: Option<Given>,
    base: Option<String>,
    dialect: Option<Dialect>,
    streaming: bool,
    client: Option<reqwest::Client>,
}

/// Where a key is from.
enum Given {
    Plain(String),
    Variable(String),
}

impl HttpBuilder {
    pub(super) fn new(api: Api, model: String) -> Self {
        Self { api, model, key: None, base: None, dialect: None, streaming: false, client: None }
    }

    /// Sets the key, in place of that of the environment.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(Given::Plain(key.into()));
        self
    }

    /// Sets the environment variable that has the key.
    pub fn key_from(mut self, variable: impl Into<String>) -> Self {
        self.key = Some(Given::Variable(variable.into()));
        self
    }

    /// Sets the base URL, in place of that of the environment.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = Some(url.into());
        self
    }

    /// Sets the dialect of JSON Schema that the server accepts.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }

    /// Streams answers, so that observers and idle timeouts see their progress.
    ///
    /// [`Event::Progress`](handoff::Event::Progress) then reports answers while they are written, and shows
    /// the agent's `idle_timeout` that the model is at work.
    pub fn streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// Sets the HTTP client: for proxies, certificates, another TLS.
    ///
    /// Let it follow no redirects, since the key is sent to their destination. Let it not retry, as reqwest
    /// does by default if a server refuses a stream: requests that the client repeats are not counted.
    pub fn client(mut self, client: reqwest::Client) -> Self {
        self.client = Some(client);
        self
    }

    /// Builds the provider. The environment is read here.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no key, the base URL is invalid, or TLS cannot be set up.
    pub fn build(self) -> Result<Http, HttpError> {
        self.build_in(|variable| env::var(variable).ok())
    }

    pub(super) fn build_in(self, variable: impl Fn(&str) -> Option<String>) -> Result<Http, HttpError> {
        let Self { api, model, key, base, dialect, streaming, client } = self;
        // A variable that is set to nothing is as good as none.
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let defaults = Defaults::of(api);
        let key = match (key, defaults.key) {
            (Some(Given::Plain(key)), _) => Some(key),
            (Some(Given::Variable(name)), _) => {
                Some(variable(&name).ok_or_else(|| HttpError(Problem::NoKey(name)))?)
            }
            (None, Some(name)) => {
                Some(variable(name).ok_or_else(|| HttpError(Problem::NoKey(name.to_owned())))?)
            }
            (None, None) => None,
        };
        let key = key.map(|key| Key::new(&key, defaults.prefix)).transpose();
        let key = key.map_err(|_| HttpError(Problem::BadKey))?;
        let base =
            base.or_else(|| variable(defaults.base_variable?)).unwrap_or_else(|| defaults.base.to_owned());
        let base = base.trim().trim_end_matches('/').to_owned();
        if !reqwest::Url::parse(&base).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(HttpError(Problem::BadBase));
        }
        let client = match client {
            Some(client) => client,
            None => self::client(&base).map_err(|error| HttpError(Problem::Client(error)))?,
        };
        Ok(Http { api, client, base, key, model, dialect: dialect.unwrap_or(defaults.dialect), streaming })
    }
}

fn client(base: &str) -> Result<reqwest::Client, BoxError> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(base)?)
        .connect_timeout(CONNECT_TIMEOUT)
        // A key is sent where they lead.
        .redirect(reqwest::redirect::Policy::none())
        // A call is one request: the agent's retries are those that are counted.
        .retry(reqwest::retry::never());
    // What a proxy calls by that name is its own machine.
    let client = if is_loopback(base) { client.no_proxy() } else { client };
    Ok(client.build()?)
}

/// Whether a base URL is one of this machine.
pub(super) fn is_loopback(base: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(base) else { return false };
    url.host_str().is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// The host of a base URL, which may have a password, a token or a path of its own beside it.
pub(super) fn host(base: &str) -> Option<String> {
    let url = reqwest::Url::parse(base.trim()).ok()?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Neither the key nor the client, whose headers may have one.
impl fmt::Debug for HttpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, model, base, dialect, streaming, .. } = self;
        f.debug_struct("HttpBuilder")
            .field("api", api)
            .field("model", model)
            .field("host", &base.as_deref().and_then(host))
            .field("dialect", dialect)
            .field("streaming", streaming)
            .finish_non_exhaustive()
    }
}

/// What is true of an API unless something else is said.
struct Defaults {
    key: Option<&'static str>,
    prefix: &'static str,
    base_variable: Option<&'static str>,
    base: &'static str,
    dialect: Dialect,
}

impl Defaults {
    fn of(api: Api) -> Self {
        match api {
            Api::OpenAi => Self {
                key: Some("OPENAI_API_KEY"),
                prefix: "Bearer ",
                base_variable: Some("OPENAI_BASE_URL"),
                base: "https://api.openai.com/v1",
                dialect: Dialect::OpenAi,
            },
            Api::OpenAiCompatible => {
                Self { key: None, prefix: "Bearer ", base_variable: None, base: "", dialect: Dialect::Plain }
            }
            Api::Anthropic => Self {
                key: Some("ANTHROPIC_API_KEY"),
                prefix: "",
                base_variable: Some("ANTHROPIC_BASE_URL"),
                base: "https://api.anthropic.com/v1",
                dialect: Dialect::Anthropic,
            },
            Api::Gemini => Self {
                key: Some("GEMINI_API_KEY"),
                prefix: "",
                base_variable: Some("GEMINI_BASE_URL"),
                base: "https://generativelanguage.googleapis.com/v1beta",
                dialect: Dialect::Gemini,
            },
        }
    }
}

/// The error of a provider that could not be set up.
#[derive(Debug)]
pub struct HttpError(Problem);

#[derive(Debug)]
enum Problem {
    NoKey(String),
    BadKey,
    BadBase,
    Client(BoxError),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::NoKey(variable) => write!(f, "the environment variable `{variable}` has no key"),
            Problem::BadKey => f.write_str("the key has characters that no header can have"),
            // Not the URL itself, which may hold a password.
            Problem::BadBase => {
                f.write_str("the base URL is none: it begins with `http://` or `https://`, and names a host")
            }
            Problem::Client(_) => f.write_str("the HTTP client cannot be set up"),
        }
    }
}

impl Error for HttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Problem::Client(error) => Some(&**error),
            Problem::NoKey(_) | Problem::BadKey | Problem::BadBase => None,
        }
    }
}
