//! Which types can be counted, bounded and read as a confidence.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::super::node;
use super::super::violation::Violations;
use super::{LenUnit, OnNumber};

/// Keeps the public traits from being implemented elsewhere.
pub mod sealed {
    use super::{LenUnit, OnNumber, Value, Violations, node};

    /// Behind [`Countable`](super::super::Countable).
    pub trait Countable {
        const UNIT: LenUnit;
        fn count(&self) -> Option<usize>;
    }

    /// Behind [`Rangeable`](super::super::Rangeable).
    pub trait Rangeable {
        type Number: super::super::Number;
        fn each(&self, violations: &mut Violations, test: OnNumber<'_, Self::Number>);
    }

    /// Behind [`Scorable`](super::super::Scorable).
    pub trait Scorable {
        fn score(&self) -> f64;
    }

    /// Behind [`Number`](super::super::Number).
    pub trait Number: Sized {
        /// The number that a node of JSON stands for, if it is one of this type.
        fn of(number: node::Number) -> Option<Self>;

        /// As it stands in a schema: the number that was written, so `0.1` for an `f32` of 0.1.
        fn json(self) -> Value;
    }
}

macro_rules! countable {
    ($([$($generics:tt)*] $type:ty => $unit:ident, $count:expr;)*) => {$(
        impl<$($generics)*> sealed::Countable for $type {
            const UNIT: LenUnit = LenUnit::$unit;

            #[inline]
            fn count(&self) -> Option<usize> {
                let count: fn(&Self) -> usize = $count;
                Some(count(self))
            }
        }
    )*};
}

countable! {
    [] String => Characters, |text| text.chars().count();
    [] Box<str> => Characters, |text| text.chars().count();
    [T] Vec<T> => Items, Vec::len;
    [T] Box<[T]> => Items, |items| items.len();
    [T] VecDeque<T> => Items, VecDeque::len;
    [T] BTreeSet<T> => Items, BTreeSet::len;
    [T, S] HashSet<T, S> => Items, HashSet::len;
    [K, V] BTreeMap<K, V> => Entries, BTreeMap::len;
    [K, V, S] HashMap<K, V, S> => Entries, HashMap::len;
}

impl<T: sealed::Countable> sealed::Countable for Option<T> {
    const UNIT: LenUnit = T::UNIT;

    #[inline]
    fn count(&self) -> Option<usize> {
        self.as_ref().and_then(T::count)
    }
}

impl<T: sealed::Countable> sealed::Countable for Box<T> {
    const UNIT: LenUnit = T::UNIT;

    #[inline]
    fn count(&self) -> Option<usize> {
        T::count(self)
    }
}

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl sealed::Number for $integer {
            fn of(number: node::Number) -> Option<Self> {
                match number {
                    node::Number::Integer(integer) => integer.try_into().ok(),
                    node::Number::Float(_) => None,
                }
            }

            fn json(self) -> Value {
                Value::from(self)
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

impl sealed::Number for f64 {
    fn of(number: node::Number) -> Option<Self> {
        Some(match number {
            // As serde reads an integer into a float.
            #[allow(clippy::cast_precision_loss)]
            node::Number::Integer(integer) => integer as Self,
            node::Number::Float(float) => float,
        })
    }

    fn json(self) -> Value {
        Value::from(self)
    }
}

impl sealed::Number for f32 {
    fn of(number: node::Number) -> Option<Self> {
        let double = <f64 as sealed::Number>::of(number)?;
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

macro_rules! rangeable {
    ($($number:ident)*) => {$(
        impl sealed::Rangeable for $number {
            type Number = Self;

            #[inline]
            fn each(&self, violations: &mut Violations, test: OnNumber<'_, Self>) {
                test(*self, violations);
            }
        }
    )*};
}

rangeable! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 }

impl<T: sealed::Rangeable> sealed::Rangeable for Option<T> {
    type Number = T::Number;

    #[inline]
    fn each(&self, violations: &mut Violations, test: OnNumber<'_, Self::Number>) {
        if let Some(inner) = self {
            inner.each(violations, test);
        }
    }
}

impl<T: sealed::Rangeable> sealed::Rangeable for Box<T> {
    type Number = T::Number;

    #[inline]
    fn each(&self, violations: &mut Violations, test: OnNumber<'_, Self::Number>) {
        T::each(self, violations, test);
    }
}

macro_rules! lists_of_numbers {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        impl<T: sealed::Rangeable, $($generics)*> sealed::Rangeable for $type {
            type Number = T::Number;

            fn each(&self, violations: &mut Violations, test: OnNumber<'_, Self::Number>) {
                for (index, item) in self.iter().enumerate() {
                    violations.at(index, |violations| item.each(violations, &mut *test));
                }
            }
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

impl sealed::Scorable for f64 {
    fn score(&self) -> f64 {
        *self
    }
}

impl sealed::Scorable for f32 {
    fn score(&self) -> f64 {
        widen(*self)
    }
}
