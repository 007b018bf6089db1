//! The items of a fan-out that wait for their turn.

use super::door::Handoff;
use super::scope::Scope;
use super::{Drive, Engine};
use crate::agent::{AgentId, Target};
use crate::contract::{Confidence, Contract};
use crate::envelope::Envelope;
use crate::error::PipelineError;
use std::sync::Arc;

/// The items of a fan-out in their order. Each is checked, counted and wrapped when its turn
/// comes, so one that waits takes no more room than the item itself.
#[derive(Debug)]
pub struct Tasks<I> {
    items: std::iter::Enumerate<std::vec::IntoIter<I>>,
    shared: Arc<Shared>,
}

/// What is the same for all tasks of a fan-out.
#[derive(Debug)]
struct Shared {
    source: AgentId,
    target: Target,
    confidence: Confidence,
}

/// A task of a fan-out whose turn has come.
#[derive(Debug)]
pub struct Task<I> {
    index: usize,
    item: I,
    shared: Arc<Shared>,
}

impl<I: Contract> Tasks<I> {
    pub(crate) fn new(items: Vec<I>, from: &Envelope<()>, target: Target) -> Self {
        let shared = Shared { source: from.source.clone(), target, confidence: from.confidence };
        Self { items: items.into_iter().enumerate(), shared: Arc::new(shared) }
    }

    /// Whether all items have been taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.len() == 0
    }
}

impl<I: Contract> Iterator for Tasks<I> {
    type Item = Task<I>;

    /// Takes the next item, in the order of the items.
    fn next(&mut self) -> Option<Task<I>> {
        let (index, item) = self.items.next()?;
        Some(Task { index, item, shared: Arc::clone(&self.shared) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<I: Contract> Task<I> {
    /// Its index in the fan-out, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Takes the item through the door to its agent.
    ///
    /// # Errors
    ///
    /// As [`Scope::hand_off`]: the task has failed.
    pub fn hand_off<E: Engine, A: Drive<E, Input = I>>(self, scope: &Scope) -> Result<Envelope<I>, PipelineError> {
        let handoff = Handoff {
            source: &self.shared.source,
            target: self.shared.target,
            max_output_tokens: None,
            confidence: self.shared.confidence,
            // They go round the fan-out, not a thousand times through it.
            warnings: Vec::new(),
        };
        A::receive(scope, handoff, self.item)
    }
}
