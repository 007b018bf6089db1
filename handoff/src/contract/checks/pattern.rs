//! `pattern`.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::contract::checks::keywords::innermost;
use crate::contract::checks::{Check, Matchable};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// A pattern that the macro has read, and that is made ready when it is first searched for.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    ready: OnceLock<handoff_pattern::Pattern>,
}

impl Pattern {
    /// The pattern `text`.
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

/// What is done with each string of a value: the string, and where to report.
type OnText<'a> = &'a mut dyn FnMut(&str, &mut Violations);

/// How to find the strings of a value.
pub struct Texts<T: ?Sized> {
    each: fn(&T, &mut Violations, OnText<'_>),
}

impl<T: ?Sized> fmt::Debug for Texts<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}

/// `#[check(pattern(…))]`.
#[derive(Debug)]
pub struct Matches<T: ?Sized> {
    texts: Texts<T>,
    pattern: &'static Pattern,
}

impl<T: ?Sized> Matches<T> {
    /// The pattern is found in every string.
    #[inline]
    #[must_use]
    pub const fn new(texts: Texts<T>, pattern: &'static Pattern) -> Self {
        Self { texts, pattern }
    }

    fn hold(&self, text: &str, violations: &mut Violations) {
        if !self.pattern.is_in(text) {
            let found = Json::Text(text.into());
            violations.report_found("pattern", format!("does not match `{}`", self.pattern.text), &found);
        }
    }
}

impl<T: ?Sized> Check<T> for Matches<T> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.texts.each)(value, violations, &mut |text, violations| self.hold(text, violations));
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        match json {
            Json::Text(text) => self.hold(text, violations),
            Json::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    violations.at(index, |violations| self.check_json(item, violations));
                }
            }
            _ => {}
        }
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        innermost(schema).insert("pattern".to_owned(), self.pattern.text.into());
    }
}

macro_rules! strings {
    ($($type:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Matchable for $type {
            const TEXTS: Texts<Self> = Texts { each: |value, violations, test| test(value, violations) };
        }
    )*};
}

strings! { String Box<str> }

#[diagnostic::do_not_recommend]
impl<T: Matchable> Matchable for Option<T> {
    const TEXTS: Texts<Self> = Texts {
        each: |value, violations, test| {
            if let Some(value) = value {
                (T::TEXTS.each)(value, violations, test);
            }
        },
    };
}

#[diagnostic::do_not_recommend]
impl<T: Matchable> Matchable for Box<T> {
    const TEXTS: Texts<Self> =
        Texts { each: |value, violations, test| (T::TEXTS.each)(value, violations, test) };
}

fn in_list<L, T: Matchable>(list: &L, violations: &mut Violations, test: OnText<'_>)
where
    for<'l> &'l L: IntoIterator<Item = &'l T>,
{
    for (index, item) in list.into_iter().enumerate() {
        violations.at(index, |violations| (T::TEXTS.each)(item, violations, &mut *test));
    }
}

macro_rules! lists_of_strings {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Matchable, $($generics)*> Matchable for $type {
            const TEXTS: Texts<Self> = Texts { each: in_list };
        }
    )*};
}

lists_of_strings! {
    [] Vec<T>;
    [] VecDeque<T>;
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
    [const N: usize] [T; N];
}
