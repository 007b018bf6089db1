//! What stands behind a model.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use handoff::{FinishReason, Usage};

use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::request::{Request, ToolCall};

/// A receiver of the pieces of an answer as they arrive. An answer that arrives at once is one piece.
pub type Sink<'a> = dyn FnMut(&str) + Send + 'a;

/// The future of [`Provider::complete`].
pub type Completing<'a> = Pin<Box<dyn Future<Output = Result<Completion, ProviderError>> + Send + 'a>>;

/// A client of a language model.
///
/// A provider makes **one call** and returns its result. It does not retry: a hidden retry would not count
/// against the agent's `retries`, its timeout, its usage and the limits of its run. Nor does it check
/// contracts, which the [`Model`](crate::Model) does.
///
/// **No finish reason, no answer.** A response that says why it ends is a [`Completion`], even if it is a
/// refusal or was cut off; a response that does not is [`ProviderError::Unreadable`], however plausible its
/// text is: a stream that breaks off, an empty list of choices.
///
/// A provider that supports tools passes on the [tools](Request::tools) of the request, and returns the
/// [calls](Completion::calls) of the model; one that does not ignores them.
///
/// # Cancel safety
///
/// The future is dropped when the attempt is stopped. A provider then cancels its call, and leaves nothing
/// running.
///
/// # Examples
///
/// One that plugs in a client of your own:
///
/// ```
/// use handoff_models::{Completing, Completion, Dialect, Provider, ProviderError, Request, Sink};
///
/// # struct Answer { text: String, finish: Option<String> }
/// # struct Client;
/// # impl Client { async fn chat(&self, _: &str) -> Result<Answer, std::io::Error> {
/// #     Ok(Answer { text: "42".into(), finish: Some("stop".into()) })
/// # } }
/// struct Mine(Client);
///
/// impl Provider for Mine {
///     fn name(&self) -> &str {
///         "mine"
///     }
///
///     fn dialect(&self) -> Dialect {
///         Dialect::Words
///     }
///
///     fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
///         Box::pin(async move {
///             let answer = self.0.chat(&request.messages[0].text).await.map_err(ProviderError::connection)?;
///             sink(&answer.text);
///             match answer.finish.as_deref() {
///                 Some("stop") => Ok(Completion::new(answer.text)),
///                 _ => Err(ProviderError::unreadable("it does not say why it ends")),
///             }
///         })
///     }
/// }
/// ```
pub trait Provider: Send + Sync + 'static {
    /// Returns the name of the model for messages, such as `gpt-5`.
    fn name(&self) -> &str;

    /// Returns the dialect of JSON Schema that the server accepts.
    fn dialect(&self) -> Dialect;

    /// Calls the model once.
    ///
    /// # Errors
    ///
    /// Returns an error if the provider answers with one, if there is no connection or it breaks, and if the
    /// response does not say why it ends.
    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a>;
}

impl<P: Provider + ?Sized> Provider for Arc<P> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn dialect(&self) -> Dialect {
        (**self).dialect()
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        (**self).complete(request, sink)
    }
}

impl<P: Provider + ?Sized> Provider for Box<P> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn dialect(&self) -> Dialect {
        (**self).dialect()
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        (**self).complete(request, sink)
    }
}

/// The answer of a model, with the reason why it stopped.
///
/// Answers are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// The text of the answer, without the model's thoughts.
    pub text: String,
    /// The reason why the model stopped.
    ///
    /// With [`Other`](FinishReason::Other) the text is not an answer, so translate the provider's word for a
    /// complete answer to [`Stop`](FinishReason::Stop).
    pub finish: FinishReason,
    /// The tokens that the call took, if the provider reports them; thoughts are part of the output.
    pub usage: Option<Usage>,
    /// The model that answered, in the provider's words. It may be a snapshot of the one that was asked.
    pub model: Option<String>,
    /// The words in which the model refused to answer, if the provider tells a refusal from an answer.
    pub refusal: Option<String>,
    /// The tools that the model calls before it goes on.
    ///
    /// If there are any, the answer is not complete, whatever its finish reason is.
    pub calls: Vec<ToolCall>,
}

impl Completion {
    /// Creates a complete answer of unknown usage.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let (usage, model, refusal, calls) = (None, None, None, Vec::new());
        Self { text: text.into(), finish: FinishReason::Stop, usage, model, refusal, calls }
    }

    /// Sets the reason why the model stopped.
    #[must_use]
    pub fn finish(mut self, reason: FinishReason) -> Self {
        self.finish = reason;
        self
    }

    /// Sets the tokens that the call took.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Adds a call of a tool.
    #[must_use]
    pub fn call(mut self, call: ToolCall) -> Self {
        self.calls.push(call);
        self
    }

    /// Sets the model that answered.
    #[must_use]
    pub fn model(mut self, name: impl Into<String>) -> Self {
        self.model = Some(name.into());
        self
    }

    /// Sets the words in which the model refused.
    #[must_use]
    pub fn refusal(mut self, words: impl Into<String>) -> Self {
        self.refusal = Some(words.into());
        self
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, finish, usage, model, refusal, calls } = self;
        f.debug_struct("Completion")
            .field("bytes", &text.len())
            .field("finish", finish)
            .field("usage", usage)
            .field("model", model)
            .field("refused", &refusal.is_some())
            .field("calls", calls)
            .finish()
    }
}
