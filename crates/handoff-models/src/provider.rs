//! What stands behind a model.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use handoff::{FinishReason, Usage};

use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::request::{Request, ToolCall};

/// Takes the pieces of an answer as they come; one that comes at once is one piece.
pub type Sink<'a> = dyn FnMut(&str) + Send + 'a;

/// What [`Provider::complete`] returns: the answer, once there is one.
pub type Completing<'a> = Pin<Box<dyn Future<Output = Result<Completion, ProviderError>> + Send + 'a>>;

/// A language model somewhere: the one seam between an agent and the world.
///
/// A provider makes **one call** and says what came of it. It does not retry: a retry that nobody sees is not counted
/// against the agent's `retries`, its timeout, its usage and the limits of its run. It does not check either: contracts
/// are the business of whoever asks.
///
/// **No finish reason, no answer.** What says why it ends is a [`Completion`], even where that is a refusal or a cut; what
/// does not is [`ProviderError::Unreadable`], be its text ever so plausible: a stream that breaks off, an empty list of
/// choices.
///
/// A provider that knows of tools hands on [what may be called](Request::tools), and says [what the model
/// calls](Completion::calls); one that does not is asked as if there were none.
///
/// # Cancel safety
///
/// The future is dropped where the attempt is stopped. A provider then gives up its call: it leaves nothing running.
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
    /// What the model is called, for messages: `gpt-5`.
    fn name(&self) -> &str;

    /// What the server's constrained decoding takes of JSON Schema.
    fn dialect(&self) -> Dialect;

    /// Asks the model once.
    ///
    /// # Errors
    ///
    /// Where the provider answers with an error, where there is no connection or it breaks, and where what comes does not say
    /// why it ends.
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

/// What a model answered, and why it stopped.
///
/// Answers are payloads, so [`Debug`] does not show them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// The text of the answer, without the model's thoughts.
    pub text: String,
    /// Why the model stopped. With [`Other`](FinishReason::Other) the text is no answer, so a word for a whole one is
    /// [`Stop`](FinishReason::Stop).
    pub finish: FinishReason,
    /// What the call took, if the provider says so; thoughts are part of the output.
    pub usage: Option<Usage>,
    /// Which model has answered, in the provider's words: a snapshot, maybe, of the one that was asked.
    pub model: Option<String>,
    /// Whether the model said that it won't answer, and its words, where the provider tells that apart from an answer.
    pub refusal: Option<String>,
    /// What the model wants to be called before it goes on, if it does: then the answer is not whole, whatever its end is
    /// called.
    pub calls: Vec<ToolCall>,
}

impl Completion {
    /// A whole answer of unknown usage.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let (usage, model, refusal, calls) = (None, None, None, Vec::new());
        Self { text: text.into(), finish: FinishReason::Stop, usage, model, refusal, calls }
    }

    /// Says why the model stopped.
    #[must_use]
    pub fn finish(mut self, reason: FinishReason) -> Self {
        self.finish = reason;
        self
    }

    /// Says what the call took.
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

    /// Says which model has answered.
    #[must_use]
    pub fn model(mut self, name: impl Into<String>) -> Self {
        self.model = Some(name.into());
        self
    }

    /// Says that the model refused, in its words.
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
