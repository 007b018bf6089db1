//! What a payload travels in.

mod brief;
mod drift;
mod handed;
mod json;
mod warnings;

pub(crate) use brief::{Brief, ending_in};
pub use drift::{EnvelopeError, SchemaDrift};
pub use handed::{Handed, Head};
pub use warnings::{Warning, WarningKind, Warnings};

use crate::agent::AgentId;
use crate::budget::TokenCount;
use crate::contract::{Confidence, Fingerprint};
use crate::trace::TraceId;

/// A payload with its metadata: source, target, run, confidence, warnings, size and contract.
///
/// Every handoff creates one; the result of a run is in one, addressed to `caller`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Envelope<T> {
    /// The agent that made the payload; `caller` for a run's input.
    pub source: AgentId,
    /// The agent that the payload is handed to; `caller` for a run's result.
    pub target: AgentId,
    /// The id of the run, which is a W3C trace id.
    pub trace_id: TraceId,
    /// The confidence of the payload.
    ///
    /// It is the payload's own `#[confidence]`, or else that of the payload it was made from; after a barrier
    /// it is the mean over the tasks, where a failed one counts 0.
    pub confidence: Confidence,
    /// The warnings so far, in the order in which they were added. They are carried to the end of the run.
    pub warnings: Warnings,
    /// The number of tokens of the payload's JSON, and the encoding in which they were counted.
    pub tokens: TokenCount,
    /// The fingerprint of the payload's contract.
    pub schema: Fingerprint,
    /// The payload.
    pub payload: T,
}

impl<T> Envelope<T> {
    /// Takes the payload out, and returns it with an envelope that has none.
    #[must_use]
    pub fn split(self) -> (T, Envelope<()>) {
        let Self { source, target, trace_id, confidence, warnings, tokens, schema, payload } = self;
        (payload, Envelope { source, target, trace_id, confidence, warnings, tokens, schema, payload: () })
    }
}
