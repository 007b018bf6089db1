//! Checks run on a value, or on a node of JSON.

use crate::contract::checks::bounds::{each_number, hold_range};
use crate::contract::checks::{Bounds, Check, Included, Scoring};
use crate::contract::confidence::Confidence;
use crate::contract::fields::field::Visitor;
use crate::contract::fields::kind::FieldKind;
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

const CONFIDENCE: Bounds<f64> = Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) };

/// Runs checks on a value: the fast path, and the check of what an agent made.
#[derive(Debug)]
pub(crate) struct ValueChecks<'a, T> {
    value: &'a T,
    violations: &'a mut Violations,
    /// How many violations there were before the field.
    before: usize,
    mark: usize,
}

impl<'a, T> ValueChecks<'a, T> {
    /// Checks for `value`.
    pub(crate) fn new(value: &'a T, violations: &'a mut Violations) -> Self {
        let (before, mark) = (violations.len(), violations.mark());
        Self { value, violations, before, mark }
    }
}

impl<T> Visitor<T> for ValueChecks<'_, T> {
    type Out = ();

    #[inline]
    fn check<R: Check<T>>(self, check: R) -> Self {
        check.check(self.value, self.violations);
        self
    }

    #[inline]
    fn confidence(self, scoring: Scoring<T>) -> Self {
        hold_range(CONFIDENCE, (scoring.score)(self.value), self.violations);
        self
    }

    #[inline]
    fn part<P: FieldKind<Of = T>>(self, part: P) {
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
pub(crate) struct JsonChecks<'a, 'v> {
    json: &'a Json<'a>,
    violations: &'v mut Violations,
    before: usize,
}

impl<'a, 'v> JsonChecks<'a, 'v> {
    /// Checks for `node`, in front of which there were so many violations.
    pub(crate) fn new(json: &'a Json<'a>, violations: &'v mut Violations, before: usize) -> Self {
        Self { json, violations, before }
    }
}

impl<T> Visitor<T> for JsonChecks<'_, '_> {
    type Out = ();

    fn check<R: Check<T>>(self, check: R) -> Self {
        check.check_json(self.json, self.violations);
        self
    }

    fn confidence(self, _: Scoring<T>) -> Self {
        each_number(self.json, self.violations, &mut |number, violations| {
            hold_range(CONFIDENCE, number, violations);
        });
        self
    }

    fn part<P: FieldKind<Of = T>>(self, part: P) {
        if self.violations.len() == self.before {
            part.check_json_last(self.json, self.violations);
        }
    }
}

/// Reads the confidence of a value.
#[derive(Debug)]
pub(crate) struct ReadConfidence<'a, T> {
    value: &'a T,
    found: Option<Confidence>,
}

impl<'a, T> ReadConfidence<'a, T> {
    /// For the field `value`.
    pub(crate) fn new(value: &'a T) -> Self {
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
    fn part<P: FieldKind<Of = T>>(self, _: P) -> Self::Out {
        self.found
    }
}
