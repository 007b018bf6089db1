use handoff::prelude::*;

#[contract]
#[serde(rename_all(serialize = "camelCase", deserialize = "snake_case"))]
pub struct A {
    #[serde(rename(serialize = "b", deserialize = "c"))]
    pub a: u8,
}

fn main() {}
