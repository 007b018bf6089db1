use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(multiple_of(5))]
    pub a: f64,
    #[check(multiple_of(5))]
    pub b: String,
}

fn main() {}
