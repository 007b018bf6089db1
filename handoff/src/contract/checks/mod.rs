//! The checks of `#[check(…)]`: a file for each, with the types that it goes on, the compile error for others, what it
//! reports, and its keyword.
//!
//! The macro writes the checks of a field once, and shows them to a [`Visitor`](crate::contract::fields::field::Visitor).
//! It decides what happens to them: they are run on a value, run on JSON, or added to the schema. So they cannot
//! disagree.

pub(crate) mod containers;
mod each;
pub(crate) mod length;
pub(crate) mod multiple_of;
mod number;
pub(crate) mod pattern;
mod range;
pub(crate) mod unique;
mod with;

use serde_json::{Map, Value};

pub use self::each::Each;
pub use self::length::{Len, Lengths, width};
pub use self::multiple_of::MultipleOf;
pub use self::number::Known;
pub(crate) use self::number::widen;
pub use self::pattern::{Matches, Pattern};
pub use self::range::{Bounds, Included, Range};
pub use self::traits::*;
pub(crate) use self::unique::Keys;
pub use self::unique::Unique;
pub use self::with::{Inside, with};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// The traits whose messages users read, by the path under which rustc shows them.
pub(crate) mod traits {
    pub use super::each::Itemised;
    pub use super::length::Countable;
    pub use super::multiple_of::{Divides, Divisible};
    pub use super::pattern::Matchable;
    pub use super::range::{FiniteEnd, NotEmpty, Rangeable};
    pub use super::unique::Distinct;
    pub use super::with::Verdict;
}

/// A check on a `T`: what it says of a value, of JSON, and in a schema.
pub trait Check<T: ?Sized> {
    /// Checks a value.
    fn check(&self, value: &T, violations: &mut Violations);

    /// Checks JSON of the right form.
    fn check_json(&self, json: &Json<'_>, violations: &mut Violations);

    /// Adds its keywords.
    fn add_keywords(&self, schema: &mut Map<String, Value>);
}

/// Both: for lists of checks, as pairs in pairs that end in `()`.
impl<T: ?Sized, A: Check<T>, B: Check<T>> Check<T> for (A, B) {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        self.0.check(value, violations);
        self.1.check(value, violations);
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        self.0.check_json(json, violations);
        self.1.check_json(json, violations);
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        self.0.add_keywords(schema);
        self.1.add_keywords(schema);
    }
}

impl<T: ?Sized> Check<T> for () {
    #[inline]
    fn check(&self, _: &T, _: &mut Violations) {}

    fn check_json(&self, _: &Json<'_>, _: &mut Violations) {}

    fn add_keywords(&self, _: &mut Map<String, Value>) {}
}
