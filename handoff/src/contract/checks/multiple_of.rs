//! `multiple_of`.

use std::collections::{BTreeSet, HashSet, VecDeque};

use serde_json::{Map, Value};

use crate::contract::checks::bounds::each_number;
use crate::contract::checks::keywords::innermost;
use crate::contract::checks::{Check, Divisible, Number, Rangeable, Ranging};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

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
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

// One by one, and not for all that `range` goes on: the error for a float would be about its type of number.
macro_rules! divisible {
    ($([$($generics:tt)*] $type:ty => $integer:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Divisible for $type
        where
            Self: Rangeable<Number = $integer>,
        {
            type Integer = $integer;
            const INTEGERS: Ranging<Self, $integer> = Self::RANGING;
        }
    )*};
}

divisible! {
    [] u8 => Self;
    [] u16 => Self;
    [] u32 => Self;
    [] u64 => Self;
    [] usize => Self;
    [] i8 => Self;
    [] i16 => Self;
    [] i32 => Self;
    [] i64 => Self;
    [] isize => Self;
    [T: Divisible] Option<T> => T::Integer;
    [T: Divisible] Box<T> => T::Integer;
    [T: Divisible] Vec<T> => T::Integer;
    [T: Divisible] VecDeque<T> => T::Integer;
    [T: Divisible] BTreeSet<T> => T::Integer;
    [T: Divisible, S] HashSet<T, S> => T::Integer;
    [T: Divisible, const N: usize] [T; N] => T::Integer;
}

/// `#[check(multiple_of(…))]`.
#[derive(Debug)]
pub struct MultipleOf<T: ?Sized, N> {
    integers: Ranging<T, N>,
    of: N,
}

impl<T: ?Sized, N> MultipleOf<T, N> {
    /// Every number is a multiple of `of`.
    #[inline]
    #[must_use]
    pub const fn new(integers: Ranging<T, N>, of: N) -> Self {
        Self { integers, of }
    }
}

impl<T: ?Sized, N: Integer> Check<T> for MultipleOf<T, N> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.integers.each)(value, violations, &mut |number, violations| hold(self.of, number, violations));
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        each_number(json, violations, &mut |number, violations| hold(self.of, number, violations));
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        innermost(schema).insert("multipleOf".to_owned(), self.of.json());
    }
}

#[inline]
fn hold<N: Integer>(of: N, number: N, violations: &mut Violations) {
    if !number.is_multiple_of(of) {
        report(of, number, violations);
    }
}

#[cold]
fn report<N: Number>(of: N, number: N, violations: &mut Violations) {
    violations.report_found("multipleOf", format!("not a multiple of {of:?}"), &format_args!("{number:?}"));
}
