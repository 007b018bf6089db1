//! Checks run on a value, or on a node of JSON.

use super::super::confidence::Confidence;
use super::super::field::Visitor;
use super::super::node::Node;
use super::super::part::Part;
use super::super::violation::Violations;
use super::bounds::{each_number, hold_range};
use super::{Bounds, Included, Rule, Scoring};

const CONFIDENCE: Bounds<f64> = Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) };

/// Runs checks on a value: the fast path, and the check of what an agent made.
#[derive(Debug)]
pub(in super::super) struct ValueRules<'a, T> {
    value: &'a T,
    violations: &'a mut Violations,
    /// How many violations there were before the field.
    before: usize,
    mark: usize,
}

impl<'a, T> ValueRules<'a, T> {
    /// Checks for `value`.
    pub(in super::super) fn new(value: &'a T, violations: &'a mut Violations) -> Self {
        let (before, mark) = (violations.len(), violations.mark());
        Self { value, violations, before, mark }
    }
}

impl<T> Visitor<T> for ValueRules<'_, T> {
    type Out = ();

    #[inline]
    fn rule<R: Rule<T>>(self, rule: R) -> Self {
        rule.check(self.value, self.violations);
        self
    }

    #[inline]
    fn confidence(self, scoring: Scoring<T>) -> Self {
        hold_range(CONFIDENCE, (scoring.score)(self.value), self.violations);
        self
    }

    #[inline]
    fn part<P: Part<Of = T>>(self, part: P) {
        part.check(self.value, self.violations);
        if self.violations.len() == self.before {
            part.check_last(self.value, self.violations);
        } else {
            // The keys of a map stand in the order in which it gives them.
            self.violations.sort_since(self.mark, &|_| usize::MAX);
        }
    }
}

/// Runs checks on a node of the right form.
#[derive(Debug)]
pub(in super::super) struct NodeRules<'a, 'v> {
    node: &'a Node<'a>,
    violations: &'v mut Violations,
    before: usize,
}

impl<'a, 'v> NodeRules<'a, 'v> {
    /// Checks for `node`, in front of which there were so many violations.
    pub(in super::super) fn new(node: &'a Node<'a>, violations: &'v mut Violations, before: usize) -> Self {
        Self { node, violations, before }
    }
}

impl<T> Visitor<T> for NodeRules<'_, '_> {
    type Out = ();

    fn rule<R: Rule<T>>(self, rule: R) -> Self {
        rule.check_node(self.node, self.violations);
        self
    }

    fn confidence(self, _: Scoring<T>) -> Self {
        each_number(self.node, self.violations, &mut |number, violations| {
            hold_range(CONFIDENCE, number, violations);
        });
        self
    }

    fn part<P: Part<Of = T>>(self, part: P) {
        if self.violations.len() == self.before {
            part.check_node_last(self.node, self.violations);
        }
    }
}

/// Reads the confidence of a value.
#[derive(Debug)]
pub(in super::super) struct ReadConfidence<'a, T> {
    value: &'a T,
    found: Option<Confidence>,
}

impl<'a, T> ReadConfidence<'a, T> {
    /// For the field `value`.
    pub(in super::super) fn new(value: &'a T) -> Self {
        Self { value, found: None }
    }
}

impl<T> Visitor<T> for ReadConfidence<'_, T> {
    /// Nothing where the number is not in `0..=1`.
    type Out = Option<Confidence>;

    #[inline]
    fn confidence(self, scoring: Scoring<T>) -> Self {
        Self { found: Confidence::new((scoring.score)(self.value)), ..self }
    }

    #[inline]
    fn part<P: Part<Of = T>>(self, _: P) -> Self::Out {
        self.found
    }
}
