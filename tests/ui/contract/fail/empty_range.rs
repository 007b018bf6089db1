use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(range(5..=1))]
    pub a: u8,
    #[check(range(-1.0..-2.0))]
    pub b: f64,
    #[check(len(3..3))]
    pub c: String,
    #[check(len(..0))]
    pub d: String,
}

fn main() {}
