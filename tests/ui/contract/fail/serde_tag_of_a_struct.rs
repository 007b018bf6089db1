use handoff::prelude::*;

#[contract]
#[serde(tag = "type")]
pub struct A {
    pub a: u8,
}

fn main() {}
