//! `with`: checks of the user's own, which run when all others hold.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::contract::checks::{Check, Verdict};
use crate::contract::fields::kind::FieldKind;
use crate::contract::json::tree::Json;
use crate::contract::reading::parse;
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;
use crate::text::quoted;

/// Characters of a message that are kept.
const LONGEST_MESSAGE: usize = 200;

/// `#[check(with(…))]`: the function, as one that reports.
#[derive(Clone, Copy, Debug)]
pub struct With<F>(F);

/// A check by `report`, which calls the user's function.
pub const fn with<T, F: Fn(&T, &mut Violations)>(report: F) -> With<F> {
    With(report)
}

impl<T: DeserializeOwned, F: Fn(&T, &mut Violations)> Check<T> for With<F> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.0)(value, violations);
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        // The form is right, and every other check holds: what cannot be read all the same is reported elsewhere.
        if let Ok(value) = parse::typed::<T>(&json.to_string()) {
            (self.0)(&value, violations);
        }
    }

    /// A function has no keyword.
    fn add_keywords(&self, _: &mut Map<String, Value>) {}
}

/// Rules for what is in an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct Inside<R>(pub R);

impl<T, R: Check<T>> Check<Option<T>> for Inside<R> {
    #[inline]
    fn check(&self, value: &Option<T>, violations: &mut Violations) {
        if let Some(value) = value {
            self.0.check(value, violations);
        }
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        if !matches!(json, Json::Null) {
            self.0.check_json(json, violations);
        }
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        self.0.add_keywords(schema);
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

impl<P: FieldKind, R: Check<P::Of> + Copy> FieldKind for Then<P, R> {
    type Of = P::Of;

    #[inline]
    fn check(&self, value: &P::Of, violations: &mut Violations) {
        self.part.check(value, violations);
    }

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        self.part.validate(json, validator)
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

    fn check_json_last(&self, json: &Json<'_>, violations: &mut Violations) {
        self.last.check_json(json, violations);
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<Cow<'static, str>>> Verdict for Result<(), E> {
    #[inline]
    fn report(self, violations: &mut Violations) {
        if let Err(message) = self {
            violations.report("with", quoted(&message.into(), LONGEST_MESSAGE));
        }
    }
}
