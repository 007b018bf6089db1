//! Which types can be counted, bounded and read as a confidence.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use serde_json::Value;

use crate::contract::checks::{
    Countable, Counting, LenUnit, Number, OnNumber, Rangeable, Ranging, Scorable, Scoring,
};
use crate::contract::json::tree;
use crate::contract::violation::Violations;

macro_rules! countable {
    ($([$($generics:tt)*] $type:ty => $unit:ident, $count:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Countable for $type {
            const COUNTING: Counting<Self> = Counting {
                unit: LenUnit::$unit,
                between: |value| {
                    let count: fn(&Self) -> usize = $count;
                    Some((count(value), count(value)))
                },
                count: $count,
            };
        }
    )*};
}

countable! {
    [T] Vec<T> => Items, Self::len;
    [T] Box<[T]> => Items, |items| items.len();
    [T] VecDeque<T> => Items, Self::len;
    [T] BTreeSet<T> => Items, Self::len;
    [T, S] HashSet<T, S> => Items, Self::len;
    [K, V] BTreeMap<K, V> => Entries, Self::len;
    [K, V, S] HashMap<K, V, S> => Entries, Self::len;
}

macro_rules! texts {
    ($($type:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Countable for $type {
            const COUNTING: Counting<Self> = Counting {
                unit: LenUnit::Characters,
                // A code point has one to four bytes in UTF-8.
                between: |text| Some((text.len().div_ceil(4), text.len())),
                count: |text| text.chars().count(),
            };
        }
    )*};
}

texts! { String Box<str> }

#[diagnostic::do_not_recommend]
impl<T: Countable> Countable for Option<T> {
    const COUNTING: Counting<Self> = Counting {
        unit: T::COUNTING.unit,
        between: |value| value.as_ref().and_then(T::COUNTING.between),
        count: |value| value.as_ref().map_or(0, T::COUNTING.count),
    };
}

#[diagnostic::do_not_recommend]
impl<T: Countable> Countable for Box<T> {
    const COUNTING: Counting<Self> = Counting {
        unit: T::COUNTING.unit,
        between: |value| (T::COUNTING.between)(value),
        count: |value| (T::COUNTING.count)(value),
    };
}

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl Number for $integer {
            fn of(number: tree::Number) -> Option<Self> {
                number.integer()?.try_into().ok()
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

impl Number for f64 {
    fn of(number: tree::Number) -> Option<Self> {
        // One beyond every `f64` has been reported by the validator.
        Some(number.float()).filter(|float| float.is_finite())
    }
}

impl Number for f32 {
    fn of(number: tree::Number) -> Option<Self> {
        let double = <f64 as Number>::of(number)?;
        // As serde reads a double into a float.
        #[allow(clippy::cast_possible_truncation)]
        let single = double as Self;
        single.is_finite().then_some(single)
    }

    fn json(self) -> Value {
        Value::from(widen(self))
    }
}

/// The `f64` that is written like this `f32`: 0.1 stays 0.1, where a plain conversion gives 0.10000000149.
fn widen(single: f32) -> f64 {
    single.to_string().parse().unwrap_or_else(|_| f64::from(single))
}

fn itself<N: Copy>(number: &N, violations: &mut Violations, test: OnNumber<'_, N>) {
    test(*number, violations);
}

macro_rules! rangeable {
    ($($number:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Rangeable for $number {
            type Number = Self;
            const RANGING: Ranging<Self, Self> = Ranging { each: itself };
        }
    )*};
}

rangeable! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 }

#[diagnostic::do_not_recommend]
impl<T: Rangeable> Rangeable for Option<T> {
    type Number = T::Number;
    const RANGING: Ranging<Self, T::Number> = Ranging {
        each: |value, violations, test| {
            if let Some(value) = value {
                (T::RANGING.each)(value, violations, test);
            }
        },
    };
}

#[diagnostic::do_not_recommend]
impl<T: Rangeable> Rangeable for Box<T> {
    type Number = T::Number;
    const RANGING: Ranging<Self, T::Number> =
        Ranging { each: |value, violations, test| (T::RANGING.each)(value, violations, test) };
}

fn in_list<L, T: Rangeable>(list: &L, violations: &mut Violations, test: OnNumber<'_, T::Number>)
where
    for<'l> &'l L: IntoIterator<Item = &'l T>,
{
    for (index, item) in list.into_iter().enumerate() {
        violations.at(index, |violations| (T::RANGING.each)(item, violations, &mut *test));
    }
}

macro_rules! lists_of_numbers {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Rangeable, $($generics)*> Rangeable for $type {
            type Number = T::Number;
            const RANGING: Ranging<Self, T::Number> = Ranging { each: in_list };
        }
    )*};
}

lists_of_numbers! {
    [] Vec<T>;
    [] VecDeque<T>;
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
    [const N: usize] [T; N];
}

#[diagnostic::do_not_recommend]
impl Scorable for f64 {
    const SCORING: Scoring<Self> = Scoring { score: |value| *value };
}

#[diagnostic::do_not_recommend]
impl Scorable for f32 {
    const SCORING: Scoring<Self> = Scoring { score: |value| widen(*value) };
}
