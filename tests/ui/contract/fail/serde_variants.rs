use handoff::prelude::*;

#[contract]
#[serde(tag = "type")]
pub enum A {
    Known,
    #[serde(other)]
    Other,
}

#[contract]
pub enum C {
    One { a: u8 },
    #[serde(untagged)]
    Two(u8),
}

fn main() {}
