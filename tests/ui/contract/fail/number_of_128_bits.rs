use handoff::prelude::*;

#[contract]
pub struct A {
    pub a: u128,
    pub b: i128,
}

fn main() {}
