use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(range(0..=1))]
    pub share: f64,
}

fn main() {}
