//! `with`: checks of the user's own, which run when all others hold.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::node::Node;
use super::super::part::Part;
use super::super::read;
use super::super::violation::{Violations, one_line};
use super::super::walk::Walker;
use super::{Rule, Verdict};

/// `#[check(with(…))]`: the function, as one that reports.
#[derive(Clone, Copy, Debug)]
pub struct With<F>(F);

/// A check by `report`, which calls the user's function.
pub const fn with<T, F: Fn(&T, &mut Violations)>(report: F) -> With<F> {
    With(report)
}

impl<T: DeserializeOwned, F: Fn(&T, &mut Violations)> Rule<T> for With<F> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.0)(value, violations);
    }

    fn check_node(&self, node: &Node<'_>, violations: &mut Violations) {
        // The form is right, and every other check holds: what cannot be read all the same is reported elsewhere.
        if let Ok(value) = read::typed::<T>(&node.to_string()) {
            (self.0)(&value, violations);
        }
    }

    /// A function has no keyword.
    fn add_to(&self, _: &mut Map<String, Value>) {}
}

/// Rules for what is in an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct Inside<R>(pub R);

impl<T, R: Rule<T>> Rule<Option<T>> for Inside<R> {
    #[inline]
    fn check(&self, value: &Option<T>, violations: &mut Violations) {
        if let Some(value) = value {
            self.0.check(value, violations);
        }
    }

    fn check_node(&self, node: &Node<'_>, violations: &mut Violations) {
        if !matches!(node, Node::Null) {
            self.0.check_node(node, violations);
        }
    }

    fn add_to(&self, schema: &mut Map<String, Value>) {
        self.0.add_to(schema);
    }
}

/// A part with rules that are looked at last, where nothing else is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Then<P, R> {
    /// The part.
    pub part: P,
    /// What is looked at last.
    pub last: R,
}

impl<P: Part, R: Rule<P::Of> + Copy> Part for Then<P, R> {
    type Of = P::Of;

    #[inline]
    fn check(&self, value: &P::Of, violations: &mut Violations) {
        self.part.check(value, violations);
    }

    fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool {
        self.part.walk(node, walker)
    }

    fn optional(&self) -> bool {
        self.part.optional()
    }

    fn closed(&self) -> bool {
        self.part.closed()
    }

    #[inline]
    fn check_last(&self, value: &P::Of, violations: &mut Violations) {
        self.last.check(value, violations);
    }

    fn check_node_last(&self, node: &Node<'_>, violations: &mut Violations) {
        self.last.check_node(node, violations);
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<Cow<'static, str>>> Verdict for Result<(), E> {
    #[inline]
    fn report(self, violations: &mut Violations) {
        if let Err(message) = self {
            violations.report("with", one_line(&message.into()));
        }
    }
}
