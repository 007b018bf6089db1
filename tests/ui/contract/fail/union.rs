use handoff::prelude::*;

#[contract]
pub union A {
    pub a: u8,
}

fn main() {}
