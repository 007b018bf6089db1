//! What is on its way through a pipeline.

use super::{Envelope, Warnings};
use crate::agent::AgentId;
use crate::budget::{Meter, TokenCount};
use crate::contract::Confidence;
use crate::contract::internals::Emitted;
use crate::trace::TraceId;

/// A payload that was handed over, on its way to the next stage.
///
/// It is a single pointer to move, however large the payload is. The caller gets an [`Envelope`], and so do
/// agents that ask for it.
#[derive(Clone, Debug)]
pub struct Handed<T> {
    parts: Box<(T, Head)>,
}

/// The metadata of a payload on its way.
///
/// One is made at every handoff, so it is small; the rest of an [`Envelope`] is computed when it is needed.
#[derive(Clone, Debug)]
pub struct Head {
    pub(crate) source: &'static AgentId,
    pub(crate) target: &'static AgentId,
    pub(crate) trace_id: TraceId,
    pub(crate) confidence: Confidence,
    pub(crate) warnings: Warnings,
    pub(crate) tokens: u32,
    pub(crate) contract: &'static Emitted,
}

impl<T> Handed<T> {
    pub(crate) fn new(payload: T, head: Head) -> Self {
        Self { parts: Box::new((payload, head)) }
    }

    /// Returns the payload.
    #[must_use]
    pub fn payload(&self) -> &T {
        &self.parts.0
    }

    pub(crate) fn head(&self) -> &Head {
        &self.parts.1
    }

    pub(crate) fn head_mut(&mut self) -> &mut Head {
        &mut self.parts.1
    }

    /// Separates the payload from its metadata.
    #[must_use]
    pub fn split(self) -> (T, Head) {
        *self.parts
    }

    /// The same with something else in it.
    pub(crate) fn map<U>(self, made: impl FnOnce(T) -> U) -> Handed<U> {
        let (payload, head) = self.split();
        Handed::new(made(payload), head)
    }
}

impl Head {
    /// The envelope that it stands for, round a payload that this meter has measured.
    pub(crate) fn envelope<T>(self, payload: T, meter: &Meter) -> Envelope<T> {
        let Self { source, target, trace_id, confidence, warnings, tokens, contract } = self;
        Envelope {
            source: source.clone(),
            target: target.clone(),
            trace_id,
            confidence,
            warnings,
            tokens: TokenCount { count: tokens, encoding: meter.encoding() },
            schema: contract.fingerprint(),
            payload,
        }
    }
}
