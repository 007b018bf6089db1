//! Setting a runtime up.

use super::backoff::Backoff;
use super::limits::Limits;
use super::observer::Observer;
use super::runtime::Runtime;
use super::scope::Settings;
use crate::budget::{Meter, TokenCounter};
use crate::contract::Confidence;
use std::fmt;
use std::sync::Arc;

/// Sets up a [`Runtime`].
#[must_use = "a builder does nothing until `build`"]
pub struct Builder<S = ()> {
    state: S,
    meter: Meter,
    observer: Option<Arc<dyn Observer>>,
    min_confidence: Confidence,
    limits: Limits,
    backoff: Backoff,
}

impl Builder {
    pub(super) fn counting(counter: impl TokenCounter) -> Self {
        Self {
            state: (),
            meter: Meter::new(counter),
            observer: None,
            min_confidence: Confidence::ZERO,
            limits: Limits::default(),
            backoff: Backoff::default(),
        }
    }
}

impl<S> Builder<S> {
    /// The application's state, from which agents take their resources: see
    /// [`FromRef`](crate::FromRef).
    pub fn state<T>(self, state: T) -> Builder<T> {
        let Self { state: _, meter, observer, min_confidence, limits, backoff } = self;
        Builder { state, meter, observer, min_confidence, limits, backoff }
    }

    /// Counts tokens with this counter: that of the model behind the agents. The default is
    /// [`O200kBase`](crate::budget::O200kBase).
    pub fn tokens(mut self, counter: impl TokenCounter) -> Self {
        self.meter = Meter::new(counter);
        self
    }

    /// Tells this observer what happens in the runs.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Raises every gate to at least this confidence; lowers none.
    pub fn min_confidence(mut self, confidence: Confidence) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Bounds what runs may take: their time, their models' tokens, the bytes of a payload, the
    /// tasks in flight.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long to wait before an agent is tried again.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Builds the runtime. The token counter's vocabulary is loaded here, so that no run waits
    /// for it: some 20 ms for the default one, once in a process.
    pub fn build(self) -> Runtime<S> {
        let Self { state, meter, observer, min_confidence, limits, backoff } = self;
        let meter = meter.max_bytes(limits.payload_bytes);
        meter.warm();
        Runtime::new(state, Settings { meter, observer, min_confidence, limits, backoff })
    }
}

impl<S> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("meter", &self.meter)
            .field("min_confidence", &self.min_confidence)
            .field("limits", &self.limits)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}
