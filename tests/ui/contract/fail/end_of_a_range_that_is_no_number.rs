//! What is wrong with the end of a range is said once, whatever else is asked of it.

use handoff::prelude::*;

const WORDS: &str = "5";
const COUNT: usize = 5;

#[contract]
pub struct A {
    #[check(range(..=WORDS))]
    pub a: f64,
    #[check(range(0.0..=COUNT))]
    pub b: f64,
    #[check(range(MISSING..))]
    pub c: f64,
    #[check(range(..=f64::MAX))]
    pub d: String,
    #[check(len(COUNT..=WORDS))]
    pub e: String,
    #[check(multiple_of(WORDS))]
    pub f: u8,
}

fn main() {}
