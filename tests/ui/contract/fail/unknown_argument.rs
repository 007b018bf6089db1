use handoff::prelude::*;

#[contract(opne)]
pub struct A {
    pub a: u8,
}

fn main() {}
