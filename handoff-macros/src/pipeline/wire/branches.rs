//! Branches that come together again: the arms of a `match`, the agents between which `or` stands, the branches of a
//! `race`.

use super::confidence::{Branch, Confidence};
use super::edge::{Consumer, Max, Origin, Value};

/// The branches so far, of several that lead to the same stage.
pub struct Branches<'c> {
    /// The stage.
    to: Consumer<'c>,
    /// What the first branch hands on whose type is known.
    first: Option<Value>,
    /// What each may hand on at most; `None` where one does not say.
    max: Option<Vec<Max>>,
    confidence: Vec<Branch>,
}

impl<'c> Branches<'c> {
    pub fn to(consumer: Consumer<'c>) -> Self {
        Self { to: consumer, first: None, max: Some(Vec::new()), confidence: Vec::new() }
    }

    /// What follows the next branch: it has to hand on what the first does, if nobody else says what.
    pub fn exit(&self) -> Consumer<'c> {
        if let Consumer::Any(agents) = &self.to
            && let Some(Value { by: first, ty: Some(ty), .. }) = &self.first
        {
            return Consumer::Merge { first: *first, ty: ty.clone(), agents: agents.clone() };
        }
        self.to.clone()
    }

    /// Notes what a branch hands on.
    pub fn add(&mut self, value: &Value) {
        self.max = self.max.take().zip(value.output_max()).map(|(mut all, max)| {
            all.push(max.clone());
            all
        });
        self.confidence.push(Branch { last: value.by, confidence: value.confidence.clone() });
        if self.first.is_none() && value.ty.is_some() {
            self.first = Some(value.clone());
        }
    }

    /// What there is where they meet. `before` is what came to them.
    pub fn meet(self, before: &Value) -> Value {
        let Self { to, first, max, confidence } = self;
        let confidence = Confidence::of_branches(confidence);
        let Some(first) = first else {
            // Whatever comes, rustc infers its type.
            return Value { ty: None, origin: Origin::Computed, max: None, confidence, ..before.clone() };
        };
        let max = max.map(Max::Largest);
        if to.converts() {
            let confidence = match to.agents().first() {
                Some(agent) => confidence.or_input(agent.actor()),
                None => confidence,
            };
            return Value { ty: to.wanted(), origin: Origin::Converted, max, confidence, ..first };
        }
        let origin = match first.origin {
            Origin::Input | Origin::Joined(_) | Origin::Computed => Origin::Computed,
            Origin::Barrier { .. } => Origin::Barrier { all: None },
            Origin::Agent | Origin::Merged | Origin::Converted => Origin::Merged,
        };
        Value { origin, max, confidence, ..first }
    }
}
