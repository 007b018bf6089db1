//! The items of a fan-out that wait for their turn.

use super::door::Handoff;
use super::scope::Scope;
use crate::agent::{AgentId, Target};
use crate::contract::{Confidence, Contract};
use crate::envelope::Envelope;
use crate::error::PipelineError;

/// The items of a fan-out in their order. Each is checked, counted and wrapped when its turn
/// comes, so one that waits takes no more room than the item itself.
#[derive(Debug)]
pub struct Tasks<I> {
    items: std::iter::Enumerate<std::vec::IntoIter<I>>,
    source: AgentId,
    target: Target,
    confidence: Confidence,
}

impl<I: Contract> Tasks<I> {
    pub(crate) fn new(items: Vec<I>, from: &Envelope<()>, target: Target) -> Self {
        let items = items.into_iter().enumerate();
        Self { items, source: from.source.clone(), target, confidence: from.confidence }
    }

    /// Whether all items have been taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.len() == 0
    }

    /// Takes the next item through the door to its agent: its index, and its envelope or why it
    /// cannot be handed over.
    pub fn next(&mut self, scope: &Scope) -> Option<(usize, Result<Envelope<I>, PipelineError>)> {
        let (index, item) = self.items.next()?;
        let handoff = Handoff {
            source: &self.source,
            target: &self.target,
            max_output_tokens: None,
            confidence: self.confidence,
            // They go round the fan-out, not a thousand times through it.
            warnings: Vec::new(),
        };
        Some((index, scope.hand_off(handoff, item)))
    }
}
