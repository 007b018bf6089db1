use handoff::prelude::*;

#[contract]
pub struct A {
    #[serde(skip_serializing)]
    pub a: u8,
    #[serde(skip_deserializing)]
    pub b: u8,
}

fn main() {}
