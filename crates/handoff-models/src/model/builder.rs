//! What a model is to keep to.

use std::fmt;
use std::sync::Arc;

use handoff::budget::{O200kBase, TokenCounter};
use tokio::sync::Semaphore;

use super::limiter::Limiter;
use super::{Inner, Model};
use crate::provider::Provider;

/// Sets up a [`Model`].
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

    /// Says how many tokens the prompt and the answer may have together. What does not fit is an
    /// [error](crate::ModelErrorKind::TooLong), and the model is not asked.
    ///
    /// The prompt is counted with the model's [counter](Self::counter), and with it its schema and four tokens for each
    /// message. That is an estimate: how a provider writes them down is its own.
    pub fn context_window(mut self, tokens: u32) -> Self {
        self.context_window = Some(tokens);
        self
    }

    /// Counts prompts in the tokens of the model; [`O200kBase`] unless said otherwise. The feature `tiktoken` of `handoff` has
    /// the encodings of Llama, Qwen, DeepSeek, Mistral and others. Anthropic and Google publish none: a count in the tokens of
    /// another model is a guess, so leave a margin in the [context window](Self::context_window). What a call took is the
    /// provider's own count in any case.
    pub fn counter(mut self, counter: impl TokenCounter) -> Self {
        self.counter = Arc::new(counter);
        self
    }

    /// Calls the model no more often than this. A minute's worth may come at once, after a minute of silence.
    /// At least one.
    pub fn requests_per_minute(mut self, requests: u32) -> Self {
        self.requests = Some(requests);
        self
    }

    /// Uses no more tokens than this, those of prompts and answers together. A call is taken to use as many as its prompt
    /// has and its answer may have; what it did not use is given back when the answer is there.
    /// At least one.
    pub fn tokens_per_minute(mut self, tokens: u32) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Has no more calls under way at once. At least one.
    pub fn in_flight(mut self, calls: usize) -> Self {
        self.in_flight = calls.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Says how often an attempt comes back where the provider says when: three times, unless said otherwise.
    pub fn waits(mut self, waits: u32) -> Self {
        self.waits = waits;
        self
    }

    /// The model.
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
