use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(len(1..=5))]
    pub priority: u8,
}

fn main() {}
