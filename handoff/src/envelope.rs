//! What a payload travels in.

mod brief;
mod drift;
mod handed;
mod json;
mod warnings;

pub(crate) use brief::Brief;
pub use drift::{EnvelopeError, SchemaDrift};
pub use handed::{Handed, Head};
pub use warnings::{Warning, WarningKind, Warnings};

use crate::agent::AgentId;
use crate::budget::TokenCount;
use crate::contract::{Confidence, Fingerprint};
use crate::trace::TraceId;

/// A payload and what is known of it: who made it, for whom, in which run, how sure it is, what
/// went wrong on the way, how large it is and which contract it keeps.
///
/// Every handoff makes one; the result of a run comes in one, addressed to `caller`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Envelope<T> {
    /// The agent that made the payload; `caller` for a run's input.
    pub source: AgentId,
    /// The agent that the payload goes to; `caller` for a run's result.
    pub target: AgentId,
    /// The run, in the form of a W3C trace id.
    pub trace_id: TraceId,
    /// How sure the payload is: its own `#[confidence]`, else that of what it was made from;
    /// after a barrier the mean over the tasks, a failed one counting 0.
    pub confidence: Confidence,
    /// What was noticed so far, in the order in which it was noticed; carried on to the end of
    /// the run.
    pub warnings: Warnings,
    /// The tokens of the payload's JSON, and who counted them.
    pub tokens: TokenCount,
    /// The fingerprint of the payload's contract.
    pub schema: Fingerprint,
    /// What is handed over.
    pub payload: T,
}

impl<T> Envelope<T> {
    /// Takes the payload out; the rest stays in an envelope without one.
    #[must_use]
    pub fn split(self) -> (T, Envelope<()>) {
        let Self { source, target, trace_id, confidence, warnings, tokens, schema, payload } = self;
        (payload, Envelope { source, target, trace_id, confidence, warnings, tokens, schema, payload: () })
    }
}
