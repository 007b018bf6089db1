//! The numbers that `range` and `multiple_of` look at.

use std::fmt;

use serde_json::Value;

use crate::contract::checks::containers::in_json;
use crate::contract::json::tree::{self, Json};
use crate::contract::violation::Violations;

/// A type of number: an integer of up to 64 bits, or a float.
pub trait Number: Copy + PartialOrd + fmt::Debug + Into<Value> {
    /// Reads a number of JSON, if it is one of this type.
    fn of(number: tree::Number) -> Option<Self>;

    /// Writes it as it stands in a schema: the number that was written, so `0.1` for an `f32` of 0.1.
    fn json(self) -> Value {
        self.into()
    }
}

/// A number of a check, of a type that only the compiler knows: what it is is asked of it in a constant.
#[derive(Clone, Copy, Debug)]
pub struct Known<N>(pub N);

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl Known<$integer> {
            /// Every integer is.
            #[must_use]
            pub const fn is_finite(self) -> bool {
                true
            }
        }

        impl Number for $integer {
            fn of(number: tree::Number) -> Option<Self> {
                number.integer()?.try_into().ok()
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

macro_rules! floats {
    ($($float:ident)*) => {$(
        impl Known<$float> {
            /// Neither infinite nor NaN.
            #[must_use]
            pub const fn is_finite(self) -> bool {
                self.0.is_finite()
            }
        }
    )*};
}

floats! { f32 f64 }

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

/// Finds the `f64` that is written like this `f32`: 0.1 stays 0.1, where a plain conversion gives 0.10000000149.
pub(crate) fn widen(single: f32) -> f64 {
    single.to_string().parse().unwrap_or_else(|_| f64::from(single))
}

/// Goes through the numbers of the type `N`. What is of another type was reported by the validator.
pub(super) fn each_number<N: Number>(
    json: &Json<'_>,
    violations: &mut Violations,
    test: impl Fn(N, &mut Violations),
) {
    in_json(json, violations, &mut |json, violations| {
        if let Json::Number(number) = json
            && let Some(number) = N::of(*number)
        {
            test(number, violations);
        }
    });
}
