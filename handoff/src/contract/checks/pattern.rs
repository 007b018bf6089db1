//! `pattern`.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::checks::containers::{
    Finding, Wrapper, containers, found_in_containers, found_in_items, found_inside, in_json, in_list,
    innermost,
};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// The types that `#[check(pattern(…))]` goes on.
///
/// Strings, and an `Option`, a `Box`, a `Shared`, a list or a set of those: then every string in it is checked.
/// It cannot be implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`pattern` cannot match `{Self}`",
    label = "`pattern` goes on strings",
    note = "bound a number with `range`, as in `#[check(range(1..=5))]`, and the length of a list with `len`"
)]
pub trait Matchable {
    /// How its strings are found.
    #[doc(hidden)]
    const TEXTS: Finding<Self, str>;
}

macro_rules! texts {
    ($($type:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Matchable for $type {
            const TEXTS: Finding<Self, str> = Finding { each: |text, violations, test| test(text, violations) };
        }
    )*};
}

texts! { String Box<str> }
found_in_containers!(Matchable {} TEXTS: str);

/// A pattern that the macro has read, and that is made ready when it is first searched for.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    ready: OnceLock<handoff_pattern::Pattern>,
}

impl Pattern {
    /// Keeps the pattern `text`.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, ready: OnceLock::new() }
    }

    fn is_in(&self, text: &str) -> bool {
        let ready = self.ready.get_or_init(|| {
            // The macro, which is of the same version, has read it in the same way.
            handoff_pattern::Pattern::parse(self.text).unwrap_or_else(|mistake| unreachable!("{mistake}"))
        });
        ready.is_in(text)
    }
}

/// `#[check(pattern(…))]`.
#[derive(Debug)]
pub struct Matches<T: ?Sized> {
    texts: Finding<T, str>,
    pattern: &'static Pattern,
}

impl<T: ?Sized> Matches<T> {
    /// Checks that the pattern is found in every string.
    #[inline]
    #[must_use]
    pub const fn new(texts: Finding<T, str>, pattern: &'static Pattern) -> Self {
        Self { texts, pattern }
    }

    fn check_text(&self, text: &str, violations: &mut Violations) {
        if !self.pattern.is_in(text) {
            report(self.pattern.text, text, violations);
        }
    }
}

#[cold]
pub(crate) fn report(pattern: &str, text: &str, violations: &mut Violations) {
    violations.report_found("pattern", format!("does not match `{pattern}`"), &Json::Text(text.into()));
}

impl<T: ?Sized> Check<T> for Matches<T> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.texts.each)(value, violations, &mut |text, violations| self.check_text(text, violations));
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        in_json(json, violations, &mut |json, violations| {
            if let Json::Text(text) = json {
                self.check_text(text, violations);
            }
        });
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        innermost(schema).insert("pattern".to_owned(), self.pattern.text.into());
    }
}
