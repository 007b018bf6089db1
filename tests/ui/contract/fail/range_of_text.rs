use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(range(1..=5))]
    pub name: String,
}

fn main() {}
