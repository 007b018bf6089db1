use handoff::prelude::*;

#[contract]
#[contract(open)]
pub struct A {
    pub a: u8,
}

#[contract]
#[derive(PartialEq)]
#[handoff::contract]
pub enum B {
    C,
}

fn main() {}
