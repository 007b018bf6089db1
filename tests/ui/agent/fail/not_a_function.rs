use handoff::prelude::*;

#[agent]
pub struct A {
    x: u8,
}

fn main() {}
