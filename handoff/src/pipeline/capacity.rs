//! The arithmetic of declared sizes, at compile time.
//!
//! In functions, so that lints on comparisons with constants stay out of the user's crate. No
//! declared number is `u64::MAX`, which stands for "none".

use crate::contract::Contract;
use std::marker::PhantomData;

/// What a declared number is in the arithmetic.
#[must_use]
pub const fn declared(number: Option<u32>) -> u64 {
    match number {
        Some(number) => number as u64,
        None => u64::MAX,
    }
}

/// What a type declares of its tokens. What is no contract declares nothing, so that it is an error where an agent takes
/// it, and not once more in each pipeline.
#[derive(Debug)]
pub struct Declares<T>(PhantomData<T>);

// Found before the trait's, where its bound holds.
impl<T: Contract> Declares<T> {
    /// The most tokens, if that is bounded.
    pub const MAX_TOKENS: Option<u32> = T::MAX_TOKENS;
}

/// What does not hold to [`Declares`]'s bound.
pub trait Undeclared {
    /// None.
    const MAX_TOKENS: Option<u32> = None;
}

impl<T> Undeclared for Declares<T> {}

/// Whether what may be output fits into the budget; without both numbers nobody can say, and
/// the count at run time decides.
#[must_use]
pub const fn fits(max: u64, budget: u64) -> bool {
    max == u64::MAX || budget == u64::MAX || max <= budget
}

/// `width × (max + 1) + 2`: the outputs, a comma for each, and the brackets.
#[must_use]
pub const fn together(width: u64, max: u64) -> u64 {
    if width == u64::MAX || max == u64::MAX {
        return u64::MAX;
    }
    width.saturating_mul(max.saturating_add(1)).saturating_add(2)
}

/// The outputs of a join's agents, a comma for each, and the brackets; without all numbers nobody can say.
#[must_use]
pub const fn joined(each: &[Option<u32>]) -> u64 {
    let mut sum: u64 = 2;
    let mut rest = each;
    while let [first, others @ ..] = rest {
        match first {
            Some(max) => sum = sum.saturating_add(*max as u64 + 1),
            None => return u64::MAX,
        }
        rest = others;
    }
    sum
}

/// The largest of the numbers, where there are all.
#[must_use]
pub const fn largest(numbers: &[Option<u32>]) -> Option<u32> {
    let mut largest = 0;
    let mut rest = numbers;
    while let [first, others @ ..] = rest {
        match first {
            Some(number) if *number > largest => largest = *number,
            Some(_) => {}
            None => return None,
        }
        rest = others;
    }
    Some(largest)
}

/// The smallest of the numbers that there are.
#[must_use]
pub const fn smallest(numbers: &[Option<u32>]) -> Option<u32> {
    let mut smallest = None;
    let mut rest = numbers;
    while let [first, others @ ..] = rest {
        match (first, smallest) {
            (Some(number), Some(before)) if *number >= before => {}
            (Some(number), _) => smallest = Some(*number),
            (None, _) => {}
        }
        rest = others;
    }
    smallest
}

/// The smaller of the width that the fan-out declares and that which its field's contract
/// allows.
#[must_use]
pub const fn width(max: Option<u64>, len: Option<u32>) -> Option<u64> {
    match (max, len) {
        (Some(max), Some(len)) if (len as u64) < max => Some(len as u64),
        (Some(max), _) => Some(max),
        (None, Some(len)) => Some(len as u64),
        (None, None) => None,
    }
}

/// What a width is in the arithmetic.
#[must_use]
pub const fn widest(width: Option<u64>) -> u64 {
    match width {
        Some(width) => width,
        None => u64::MAX,
    }
}

/// Whether so many tasks can succeed.
#[must_use]
pub const fn can_succeed(needed: u64, width: u64) -> bool {
    needed <= width
}

/// Whether a number of tokens is a budget.
#[must_use]
pub const fn is_budget(tokens: u32) -> bool {
    tokens > 0
}

/// Whether a number of tasks is one.
#[must_use]
pub const fn is_width(number: usize) -> bool {
    number > 0
}

/// Whether a number is a share of tasks, in per cent.
#[must_use]
pub const fn is_share(percent: u8) -> bool {
    percent > 0 && percent <= 100
}

/// Whether a number is a confidence.
#[must_use]
pub const fn is_confidence(number: f64) -> bool {
    number >= 0.0 && number <= 1.0
}
