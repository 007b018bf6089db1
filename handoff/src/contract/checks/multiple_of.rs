//! `multiple_of`.

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

/// The types that `#[check(multiple_of(…))]` goes on.
///
/// Integers of up to 64 bits, and an `Option`, a `Box`, a `Shared`, a list or a set of those: then every
/// integer in it is checked. Not floats, of which hardly any is exactly a multiple of another. It cannot be
/// implemented outside of `handoff`.
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
    const INTEGERS: Finding<Self, Self::Integer>;
}

/// A type of integer of up to 64 bits.
pub trait Integer: Number {
    /// Whether the number is so many times another one. Nothing is a multiple of 0, which the macro refuses.
    fn is_multiple_of(self, of: Self) -> bool;
}

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl Integer for $integer {
            #[inline]
            fn is_multiple_of(self, of: Self) -> bool {
                self.checked_rem(of) == Some(0)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Divisible for $integer {
            type Integer = Self;
            const INTEGERS: Finding<Self, Self> =
                Finding { each: |integer, violations, test| test(integer, violations) };
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }
found_in_containers!(Divisible { type Integer = T::Integer; } INTEGERS: T::Integer);

holds! {
    /// The number of a `multiple_of` on `Self` is above 0.
    #[diagnostic::on_unimplemented(
        message = "the number of a `multiple_of` on `{Self}` is not above 0",
        label = "nothing is a multiple of this",
        note = "write a number of at least 1"
    )]
    Divides;
}

/// `#[check(multiple_of(…))]`.
#[derive(Debug)]
pub struct MultipleOf<T: ?Sized, N> {
    integers: Finding<T, N>,
    of: N,
}

impl<T: ?Sized, N> MultipleOf<T, N> {
    /// Checks that every integer is a multiple of `of`.
    #[inline]
    #[must_use]
    pub const fn new(integers: Finding<T, N>, of: N) -> Self {
        Self { integers, of }
    }
}

impl<T: ?Sized, N: Integer> Check<T> for MultipleOf<T, N> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.integers.each)(value, violations, &mut |integer, violations| {
            check(self.of, *integer, violations);
        });
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        each_number(json, violations, |integer, violations| check(self.of, integer, violations));
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        innermost(schema).insert("multipleOf".to_owned(), self.of.json());
    }
}

#[inline]
fn check<N: Integer>(of: N, integer: N, violations: &mut Violations) {
    if !integer.is_multiple_of(of) {
        report(of, integer, violations);
    }
}

#[cold]
pub(crate) fn report<N: fmt::Debug>(of: N, integer: N, violations: &mut Violations) {
    violations.report_found("multipleOf", format!("not a multiple of {of:?}"), &format_args!("{integer:?}"));
}
