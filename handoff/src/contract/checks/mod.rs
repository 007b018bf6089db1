//! The checks of `#[check(…)]` and `#[confidence]`.
//!
//! The macro writes the checks of a field once, and shows them to a [`Visitor`](crate::contract::fields::field::Visitor). It decides what
//! happens to them: they are run on a value, run on a node of JSON, or added to the schema. So they cannot disagree.

pub(crate) mod bounds;
mod each;
mod keywords;
mod kinds;
mod multiple_of;
mod pattern;
mod unique;
mod with;

use std::fmt;

use serde_json::{Map, Value};

pub(crate) use self::bounds::add_range;
pub use self::bounds::{Known, Len, Range};
pub use self::each::Each;
use self::each::Listing;
pub use self::multiple_of::MultipleOf;
use self::pattern::Texts;
pub use self::pattern::{Matches, Pattern};
use self::unique::Comparing;
pub use self::unique::Unique;
pub(crate) use self::unique::{COMPARED, report_repeated_items};
pub use self::with::{Inside, Then, with};
use crate::contract::json::tree::{self, Json};
use crate::contract::violation::Violations;

/// A check on a `T`: what it says of a value, of JSON, and in a schema.
pub trait Check<T: ?Sized> {
    /// Checks a value.
    fn check(&self, value: &T, violations: &mut Violations);

    /// Checks a node of the right form.
    fn check_json(&self, json: &Json<'_>, violations: &mut Violations);

    /// Adds its keywords.
    fn add_keywords(&self, schema: &mut Map<String, Value>);
}

/// Both: for lists of rules, as pairs in pairs that end in `()`.
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

/// What is counted by `len`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LenUnit {
    /// Unicode code points of a string.
    Characters,
    /// Items of a list or set.
    Items,
    /// Entries of a map.
    Entries,
}

/// How to count a value for `len`.
#[derive(Debug)]
pub struct Counting<T: ?Sized> {
    unit: LenUnit,
    /// The least and the greatest that the count can be, found at once; `None` where there is nothing to count, an
    /// `Option` that is `None`.
    between: fn(&T) -> Option<(usize, usize)>,
    count: fn(&T) -> usize,
}

/// What is done with each number of a value: the number, and where to report.
type OnNumber<'a, N> = &'a mut dyn FnMut(N, &mut Violations);

/// How to find the numbers of a value for `range`.
#[derive(Debug)]
pub struct Ranging<T: ?Sized, N> {
    /// Calls the function on each number, with the violations at its pointer.
    each: fn(&T, &mut Violations, OnNumber<'_, N>),
}

/// How to read a value as a confidence.
#[derive(Debug)]
pub struct Scoring<T: ?Sized> {
    pub(crate) score: fn(&T) -> f64,
}

/// The types that `#[check(len(…))]` goes on.
///
/// Strings (code points are counted), lists and sets (items), maps (entries), and an `Option` or a `Box` of those.
/// It cannot be implemented outside of `handoff`: the schema must say what is counted.
#[diagnostic::on_unimplemented(
    message = "`len` cannot count `{Self}`",
    label = "`len` goes on strings, lists, sets and maps",
    note = "bound a number with `range`, as in `#[check(range(1..=5))]`"
)]
pub trait Countable {
    /// How it is counted.
    #[doc(hidden)]
    const COUNTING: Counting<Self>;
}

/// The types that `#[check(range(…))]` goes on.
///
/// Integers of up to 64 bits and floats, and an `Option`, a `Box`, a list or a set of those: then every number in it
/// is checked. It cannot be implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`range` cannot bound `{Self}`",
    label = "`range` goes on numbers",
    note = "bound the length of a string, list, set or map with `len`, as in `#[check(len(1..=5))]`"
)]
pub trait Rangeable {
    /// The type of its numbers.
    #[doc(hidden)]
    type Number;

    /// How its numbers are found.
    #[doc(hidden)]
    const RANGING: Ranging<Self, Self::Number>;
}

/// The types that `#[check(pattern(…))]` goes on.
///
/// Strings, and an `Option`, a `Box`, a list or a set of those: then every string in it is checked. It cannot be
/// implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`pattern` cannot match `{Self}`",
    label = "`pattern` goes on strings",
    note = "bound a number with `range`, as in `#[check(range(1..=5))]`, and the length of a list with `len`"
)]
pub trait Matchable {
    /// How its strings are found.
    #[doc(hidden)]
    const TEXTS: Texts<Self>;
}

/// The types that `#[check(multiple_of(…))]` goes on.
///
/// Integers of up to 64 bits, and an `Option`, a `Box`, a list or a set of those: then every integer in it is checked.
/// Not floats, of which hardly any is exactly a multiple of another. It cannot be implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`multiple_of` cannot divide `{Self}`",
    label = "`multiple_of` goes on integers",
    note = "write `range` for the bounds of a float, and `len` for the length of a string or list"
)]
pub trait Divisible {
    /// The type of its integers.
    #[doc(hidden)]
    type Integer;

    /// How its integers are found.
    #[doc(hidden)]
    const INTEGERS: Ranging<Self, Self::Integer>;
}

/// The types that `#[check(unique)]` goes on.
///
/// Lists of anything, and an `Option` or a `Box` of those. Items are compared as the JSON that they are. It cannot be
/// implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`unique` cannot compare the items of `{Self}`",
    label = "`unique` goes on lists",
    note = "a set or a map holds each item and each key once by itself: leave `unique` out"
)]
pub trait Distinct {
    /// How its items are compared.
    #[doc(hidden)]
    const COMPARING: Comparing<Self>;
}

/// The types that `#[check(each(…))]` goes on.
///
/// Lists, sets and maps, whose values are meant, and an `Option` or a `Box` of those. It cannot be implemented outside
/// of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`each` finds no items in `{Self}`",
    label = "`each` goes on lists, sets and maps",
    note = "write the check itself, without `each`"
)]
pub trait Itemised {
    /// What is in it.
    #[doc(hidden)]
    type Item;

    /// How its items are found.
    #[doc(hidden)]
    const LISTING: Listing<Self, Self::Item>;
}

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

/// The range of a check on `Self` lets some value pass.
#[diagnostic::on_unimplemented(
    message = "the range of a check on `{Self}` is empty: no value could pass",
    label = "this range is empty",
    note = "write the smaller end first, and `..=` for an end that is allowed itself"
)]
pub trait NotEmpty<const SATISFIABLE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> NotEmpty<true> for T {
    const CHECKED: () = ();
}

/// The end of a range of a check on `Self` is a number that JSON has.
#[diagnostic::on_unimplemented(
    message = "a range of a check on `{Self}` ends at infinity or NaN, which JSON does not have",
    label = "this is no finite number",
    note = "leave this end out: `0.0..` is whatever is not negative, and `..=1.0` whatever is at most 1"
)]
pub trait FiniteEnd<const FINITE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> FiniteEnd<true> for T {
    const CHECKED: () = ();
}

/// The number of a `multiple_of` on `Self` is above 0.
#[diagnostic::on_unimplemented(
    message = "the number of a `multiple_of` on `{Self}` is not above 0",
    label = "nothing is a multiple of this",
    note = "write a number of at least 1"
)]
pub trait Divides<const POSITIVE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Divides<true> for T {
    const CHECKED: () = ();
}

/// The types that `#[confidence]` goes on: `f32` and `f64`.
///
/// It cannot be implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`#[confidence]` goes on an `f32` or an `f64`, not on `{Self}`",
    label = "not a number in `0..=1`",
    note = "a confidence is a number in `0..=1`: make the field an `f64`"
)]
pub trait Scorable {
    /// How it is read.
    #[doc(hidden)]
    const SCORING: Scoring<Self>;
}

/// A type of number: an integer of up to 64 bits, or a float.
pub trait Number: Copy + PartialOrd + fmt::Debug + Into<Value> {
    /// The number that a node of JSON stands for, if it is one of this type.
    fn of(number: tree::Number) -> Option<Self>;

    /// As it stands in a schema: the number that was written, so `0.1` for an `f32` of 0.1.
    fn json(self) -> Value {
        self.into()
    }
}

/// The numbers that `range` allows.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<N> {
    /// The least number that is allowed.
    pub min: Option<N>,
    /// The end of the range, and whether it is allowed itself.
    pub max: Option<(N, Included)>,
}

/// Whether the end of a range belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Included {
    /// As in `..=5`.
    Yes,
    /// As in `..5`.
    No,
}

impl<N: Number> Bounds<N> {
    /// NaN lies in no range that has an end, and the macro refuses one without.
    fn contain(self, number: N) -> bool {
        let above = self.min.is_none_or(|min| number >= min);
        let below = self.max.is_none_or(|(max, included)| match included {
            Included::Yes => number <= max,
            Included::No => number < max,
        });
        above && below
    }
}

impl<N: fmt::Debug> fmt::Display for Bounds<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(min) = &self.min {
            write!(f, "{min:?}")?;
        }
        match &self.max {
            None => f.write_str(".."),
            Some((max, Included::Yes)) => write!(f, "..={max:?}"),
            Some((max, Included::No)) => write!(f, "..{max:?}"),
        }
    }
}

/// The lengths that `len` allows.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    /// The least length.
    pub min: usize,
    /// The greatest length.
    pub max: Option<usize>,
}

impl Lengths {
    fn contain(self, length: usize) -> bool {
        length >= self.min && self.max.is_none_or(|max| length <= max)
    }
}

/// The greatest length as a `u32`, for the capacity of a fan-out over a list.
#[must_use]
pub const fn width(lengths: Lengths) -> Option<u32> {
    match lengths.max {
        None => None,
        // The cast is behind its test.
        #[allow(clippy::cast_possible_truncation)]
        Some(max) if max <= u32::MAX as usize => Some(max as u32),
        Some(_) => Some(u32::MAX),
    }
}
