//! What a model is to keep to.

use std::fmt;
use std::sync::Arc;

use handoff::budget::{O200kBase, TokenCounter};
use tokio::sync::Semaphore;

use super::limiter::Limiter;
use super::{Inner, Model};
use crate::provider::Provider;

/// A builder for a [`Model`].
#[must_use = "there is no model before `build`"]
pub struct ModelBuilder {
    provider: Box<dyn Provider>,
    context_window: Option<u32>,
    counter: Arc<dyn TokenCounter>,
    requests: Option<u32>,
    tokens: Option<u32>,
    in_flight: usize,
    waits: u32,
}

impl ModelBuilder {
    pub(super) fn new(provider: Box<dyn Provider>) -> Self {
        Self {
            provider,
            context_window: None,
            counter: Arc::new(O200kBase),
            requests: None,
            tokens: None,
            in_flight: Semaphore::MAX_PERMITS,
            waits: 3,
        }
    }

    /// Sets the most tokens that the prompt and the answer may have together.
    ///
    /// A prompt that does not fit is an [error](crate::ModelErrorKind::TooLong), and the model is not asked.
    ///
    /// The prompt and its schema are counted with the model's [counter](Self::counter), and four tokens are
    /// added for each message. This is an estimate, since the provider's own format is not known.
    pub fn context_window(mut self, tokens: u32) -> Self {
        self.context_window = Some(tokens);
        self
    }

    /// Sets the counter for prompts. The default is [`O200kBase`].
    ///
    /// It should count in the tokens of the model. The feature `tiktoken` of `handoff` has the encodings of
    /// Llama, Qwen, DeepSeek, Mistral and others. Anthropic and Google publish none: a count in the tokens of
    /// another model is a guess, so leave a margin in the [context window](Self::context_window). The usage
    /// of a call is the provider's own count in any case.
    pub fn counter(mut self, counter: impl TokenCounter) -> Self {
        self.counter = Arc::new(counter);
        self
    }

    /// Sets the most calls in a minute, at least one.
    ///
    /// A minute's worth may be made at once, after a minute without calls.
    pub fn requests_per_minute(mut self, requests: u32) -> Self {
        self.requests = Some(requests);
        self
    }

    /// Sets the most tokens in a minute, of prompts and answers together, at least one.
    ///
    /// Before a call, the tokens of its prompt and of its longest answer are taken; those that it did not use
    /// are given back when the answer is there.
    pub fn tokens_per_minute(mut self, tokens: u32) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Sets the most calls that are under way at once, at least one.
    pub fn in_flight(mut self, calls: usize) -> Self {
        self.in_flight = calls.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Sets how often an attempt waits for a pause that the provider asks for. The default is three times.
    pub fn waits(mut self, waits: u32) -> Self {
        self.waits = waits;
        self
    }

    /// Builds the model.
    #[must_use]
    pub fn build(self) -> Model {
        let Self { provider, context_window, counter, requests, tokens, in_flight, waits } = self;
        let limiter = Limiter::new(requests, tokens);
        let in_flight = Semaphore::new(in_flight);
        Model { inner: Arc::new(Inner { provider, context_window, counter, limiter, in_flight, waits }) }
    }
}

impl fmt::Debug for ModelBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelBuilder").field("name", &self.provider.name()).finish_non_exhaustive()
    }
}
