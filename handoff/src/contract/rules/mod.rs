//! The checks of `#[check(…)]` and `#[confidence]`.
//!
//! The macro writes the checks of a field once, and shows them to a [`Visitor`](super::field::Visitor). It decides what
//! happens to them: they are run on a value, run on a node of JSON, or added to the schema. So they cannot disagree.

mod keywords;
mod kinds;
mod run;

use std::fmt;

use serde_json::Value;

pub use self::keywords::{close_variant, keywords};
pub(super) use self::run::report_repeated_items;
pub(super) use self::run::{NodeRules, ReadConfidence, ValueRules};
use super::node;
use super::violation::Violations;

/// What is counted by `len`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LenUnit {
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
    score: fn(&T) -> f64,
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
pub trait Number: Copy + PartialOrd + fmt::Debug {
    /// The number that a node of JSON stands for, if it is one of this type.
    fn of(number: node::Number) -> Option<Self>;

    /// As it stands in a schema: the number that was written, so `0.1` for an `f32` of 0.1.
    fn json(self) -> Value;
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
