//! `with`: checks of the user's own, which run when all others hold.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::fields::opaque::Opaque;
use crate::contract::json::text::{self, TextDeserializer};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;
use crate::text::quoted;

/// Characters of a message that are kept.
const LONGEST_MESSAGE: usize = 200;

/// What a function of `#[check(with(…))]` may return: `Result<(), String>`, or an error of `&'static str`.
#[diagnostic::on_unimplemented(
    message = "a function for `with` returns a `Result<(), String>`, and not `{Self}`",
    label = "this returns `{Self}`",
    note = "return `Ok(())` where the value is good, and `Err` with what is wrong with it"
)]
pub trait Verdict {
    /// Reports what is wrong.
    #[doc(hidden)]
    fn report(self, violations: &mut Violations);
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

/// `#[check(with(…))]`: the function, as one that reports, and how the type is read.
#[derive(Clone, Copy, Debug)]
pub struct With<F, O> {
    report: F,
    opaque: O,
}

/// Makes a check of `report`, which calls the user's function. That a type cannot be read is said of the field, and not
/// here again.
pub const fn with<T, F: Fn(&T, &mut Violations), O: Opaque<T>>(report: F, opaque: O) -> With<F, O> {
    With { report, opaque }
}

impl<T, F: Fn(&T, &mut Violations), O: Opaque<T>> Check<T> for With<F, O> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.report)(value, violations);
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        // The form is right, and every other check holds: what cannot be read all the same is reported elsewhere.
        let read = |deserializer: TextDeserializer<'_, '_, '_>| self.opaque.deserialize(deserializer);
        if let Ok(value) = text::typed_with(&json.to_string(), read) {
            (self.report)(&value, violations);
        }
    }

    /// Adds nothing: a function has no keyword.
    fn add_keywords(&self, _: &mut Map<String, Value>) {}
}

/// Checks on what is in an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct Inside<C>(pub C);

impl<T, C: Check<T>> Check<Option<T>> for Inside<C> {
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
