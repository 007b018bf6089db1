//! Checks run on a value, or on a node of JSON.

use std::collections::HashMap;

use super::super::confidence::Confidence;
use super::super::field::Visitor;
use super::super::node::Node;
use super::super::part::Part;
use super::super::violation::Violations;
use super::{Bounds, Counting, Included, LenUnit, Lengths, Number, Ranging, Scoring};

const CONFIDENCE: Bounds<f64> = Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) };

/// Runs checks on a value: the fast path, and the check of what an agent made.
#[derive(Debug)]
pub(in super::super) struct ValueRules<'a, T> {
    value: &'a T,
    violations: &'a mut Violations,
}

impl<'a, T> ValueRules<'a, T> {
    /// Checks for `value`.
    pub(in super::super) fn new(value: &'a T, violations: &'a mut Violations) -> Self {
        Self { value, violations }
    }
}

impl<T> Visitor<T> for ValueRules<'_, T> {
    type Out = ();

    #[inline]
    fn len(self, counting: Counting<T>, lengths: Lengths) -> Self {
        // Long texts are not counted where their bytes say enough.
        if let Some((least, most)) = (counting.between)(self.value)
            && (!lengths.contain(least) || !lengths.contain(most))
        {
            hold_len(counting.unit, lengths, (counting.count)(self.value), self.violations);
        }
        self
    }

    #[inline]
    fn range<N: Number>(self, ranging: Ranging<T, N>, bounds: Bounds<N>) -> Self {
        (ranging.each)(self.value, self.violations, &mut |number, violations| {
            hold_range(bounds, number, violations);
        });
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
    }
}

/// Runs checks on a node of the right form.
#[derive(Debug)]
pub(in super::super) struct NodeRules<'a, 'v> {
    node: &'a Node<'a>,
    violations: &'v mut Violations,
}

impl<'a, 'v> NodeRules<'a, 'v> {
    pub(in super::super) fn new(node: &'a Node<'a>, violations: &'v mut Violations) -> Self {
        Self { node, violations }
    }
}

impl<T> Visitor<T> for NodeRules<'_, '_> {
    type Out = ();

    fn len(self, counting: Counting<T>, lengths: Lengths) -> Self {
        let count = match (counting.unit, self.node) {
            (LenUnit::Characters, Node::Text(text)) => text.chars().count(),
            (LenUnit::Items, Node::List(items)) => items.len(),
            (LenUnit::Entries, Node::Object(entries)) => entries.len(),
            // `null` for an `Option`.
            _ => return self,
        };
        hold_len(counting.unit, lengths, count, self.violations);
        self
    }

    fn range<N: Number>(self, _: Ranging<T, N>, bounds: Bounds<N>) -> Self {
        each_number(self.node, self.violations, &mut |number, violations| {
            hold_range(bounds, number, violations);
        });
        self
    }

    fn confidence(self, _: Scoring<T>) -> Self {
        each_number(self.node, self.violations, &mut |number, violations| {
            hold_range(CONFIDENCE, number, violations);
        });
        self
    }

    fn part<P: Part<Of = T>>(self, _: P) {}
}

/// Every number of the type `N` in a node. What is of another type was reported by the walk.
fn each_number<N: Number>(
    node: &Node<'_>,
    violations: &mut Violations,
    test: &mut impl FnMut(N, &mut Violations),
) {
    match node {
        Node::Number(number) => {
            if let Some(number) = N::of(*number) {
                test(number, violations);
            }
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                violations.at(index, |violations| each_number(item, violations, test));
            }
        }
        _ => {}
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

#[inline]
fn hold_len(unit: LenUnit, lengths: Lengths, count: usize, violations: &mut Violations) {
    if !lengths.contain(count) {
        report_len(unit, lengths, count, violations);
    }
}

#[cold]
fn report_len(unit: LenUnit, lengths: Lengths, count: usize, violations: &mut Violations) {
    let too_few = count < lengths.min;
    let (keyword, one, many) = match (unit, too_few) {
        (LenUnit::Characters, true) => ("minLength", "character", "characters"),
        (LenUnit::Characters, false) => ("maxLength", "character", "characters"),
        (LenUnit::Items, true) => ("minItems", "item", "items"),
        (LenUnit::Items, false) => ("maxItems", "item", "items"),
        (LenUnit::Entries, true) => ("minProperties", "entry", "entries"),
        (LenUnit::Entries, false) => ("maxProperties", "entry", "entries"),
    };
    let noun = |count| if count == 1 { one } else { many };
    let expected = match (lengths.min, lengths.max) {
        (min, Some(max)) if min == max => format!("exactly {min} {}", noun(min)),
        (0, Some(max)) => format!("at most {max} {}", noun(max)),
        (min, Some(max)) => format!("{min} to {max} {many}"),
        (min, None) => format!("at least {min} {}", noun(min)),
    };
    violations.report(keyword, format!("expected {expected}, found {count}"));
}

#[inline]
fn hold_range<N: Number>(bounds: Bounds<N>, number: N, violations: &mut Violations) {
    if !bounds.contain(number) {
        report_range(bounds, number, violations);
    }
}

#[cold]
fn report_range<N: Number>(bounds: Bounds<N>, number: N, violations: &mut Violations) {
    let keyword = match bounds {
        Bounds { min: Some(min), .. } if number < min => "minimum",
        Bounds { max: Some((_, Included::No)), .. } => "exclusiveMaximum",
        _ => "maximum",
    };
    violations.report_found(keyword, format!("not in {bounds}"), &format_args!("{number:?}"));
}

/// Reports each item of a set that stands earlier in it.
pub(in super::super) fn report_repeated_items(items: &[Node<'_>], violations: &mut Violations) {
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if let Some(first) = seen.get(&item.to_string()) {
            let message = format!("the same as item {first} of a set");
            violations.at(index, |violations| violations.report_found("uniqueItems", message, item));
        } else {
            seen.insert(item.to_string(), index);
        }
    }
}
