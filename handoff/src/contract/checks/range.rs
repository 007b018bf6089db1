//! `range`.

use std::fmt;

use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::checks::containers::{
    Finding, Wrapper, containers, found_in_containers, found_in_items, found_inside, in_list, innermost,
};
use crate::contract::checks::number::{Number, each_number};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;
use crate::diagnostics::holds;

/// The types that `#[check(range(…))]` goes on.
///
/// Integers of up to 64 bits and floats, and an `Option`, a `Box`, a `Shared`, a list or a set of those: then
/// every number in it is checked. It cannot be implemented outside of `handoff`.
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
    const RANGING: Finding<Self, Self::Number>;
}

macro_rules! rangeable {
    ($($number:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Rangeable for $number {
            type Number = Self;
            const RANGING: Finding<Self, Self> =
                Finding { each: |number, violations, test| test(number, violations) };
        }
    )*};
}

rangeable! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 }
found_in_containers!(Rangeable { type Number = T::Number; } RANGING: T::Number);

holds! {
    /// The range of a check on `Self` lets some value pass.
    #[diagnostic::on_unimplemented(
        message = "the range of a check on `{Self}` is empty: no value could pass",
        label = "this range is empty",
        note = "write the smaller end first, and `..=` for an end that is allowed itself"
    )]
    NotEmpty;

    /// The end of a range of a check on `Self` is a number that JSON has.
    #[diagnostic::on_unimplemented(
        message = "a range of a check on `{Self}` ends at infinity or NaN, which JSON does not have",
        label = "this is no finite number",
        note = "leave this end out: `0.0..` is whatever is not negative, and `..=1.0` whatever is at most 1"
    )]
    FiniteEnd;
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

impl<N: Copy + PartialOrd + fmt::Debug> Bounds<N> {
    /// Whether a number lies in the range. NaN lies in none that has an end, and the macro refuses one without.
    pub(crate) fn contain(self, number: N) -> bool {
        let above = self.min.is_none_or(|min| number >= min);
        let below = self.max.is_none_or(|(max, included)| match included {
            Included::Yes => number <= max,
            Included::No => number < max,
        });
        above && below
    }

    /// Checks a number.
    #[inline]
    pub(crate) fn check(self, number: N, violations: &mut Violations) {
        if !self.contain(number) {
            self.report(number, violations);
        }
    }

    #[cold]
    fn report(self, number: N, violations: &mut Violations) {
        let keyword = match self {
            Self { min: Some(min), .. } if number < min => "minimum",
            Self { max: Some((_, Included::No)), .. } => "exclusiveMaximum",
            _ => "maximum",
        };
        violations.report_found(keyword, format!("not in {self}"), &format_args!("{number:?}"));
    }
}

impl<N: Number> Bounds<N> {
    /// Checks every number in JSON of the right form.
    pub(crate) fn check_json(self, json: &Json<'_>, violations: &mut Violations) {
        each_number(json, violations, |number, violations| self.check(number, violations));
    }

    /// Adds the range to the schema of numbers.
    pub(crate) fn add_keywords(self, schema: &mut Map<String, Value>) {
        let schema = innermost(schema);
        // What is no number in JSON bounds nothing there: a literal that overflows, where the user allows that.
        let mut add = |keyword: &str, bound: Value| {
            if bound.is_number() {
                schema.insert(keyword.to_owned(), bound);
            }
        };
        if let Some(min) = self.min {
            add("minimum", min.json());
        }
        if let Some((max, included)) = self.max {
            let keyword = match included {
                Included::Yes => "maximum",
                Included::No => "exclusiveMaximum",
            };
            add(keyword, max.json());
        }
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

/// `#[check(range(…))]`.
#[derive(Debug)]
pub struct Range<T: ?Sized, N> {
    ranging: Finding<T, N>,
    bounds: Bounds<N>,
}

impl<T: ?Sized, N> Range<T, N> {
    /// Checks that every number lies in `bounds`.
    #[inline]
    #[must_use]
    pub const fn new(ranging: Finding<T, N>, bounds: Bounds<N>) -> Self {
        Self { ranging, bounds }
    }
}

impl<T: ?Sized, N: Number> Check<T> for Range<T, N> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.ranging.each)(value, violations, &mut |number, violations| {
            self.bounds.check(*number, violations);
        });
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        self.bounds.check_json(json, violations);
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        self.bounds.add_keywords(schema);
    }
}
