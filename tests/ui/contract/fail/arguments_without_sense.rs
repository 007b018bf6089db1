use handoff::prelude::*;

#[contract(open = true, max_tokens)]
pub struct A {
    pub a: u8,
}

#[contract(max_tokens = 0, crate = "handoff")]
pub struct B {
    pub b: u8,
}

#[contract(crate)]
pub struct C {
    pub c: u8,
}

fn main() {}
