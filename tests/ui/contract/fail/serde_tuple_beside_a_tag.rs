use handoff::prelude::*;

#[contract]
#[serde(tag = "type")]
pub enum B {
    Pair(u8, u8),
}

fn main() {}
