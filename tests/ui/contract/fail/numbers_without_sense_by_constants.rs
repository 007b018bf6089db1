use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(len(MOST..=LEAST))]
    pub a: String,
    #[check(range(0.5..HALF))]
    pub b: f64,
    #[check(multiple_of(LEAST as u8 - 1))]
    pub c: u8,
    #[check(each(range(5..=LEAST as u8)))]
    pub d: Vec<u8>,
}

const LEAST: usize = 1;
const MOST: usize = 2;
const HALF: f64 = 0.5;

fn main() {}
