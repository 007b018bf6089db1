use handoff::prelude::*;

#[contract(open, open)]
pub struct A {
    pub a: u8,
}

fn main() {}
