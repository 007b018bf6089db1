use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(unique(true))]
    pub a: Vec<u8>,
}

fn main() {}
