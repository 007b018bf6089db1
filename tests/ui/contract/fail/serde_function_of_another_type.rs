use handoff::prelude::*;

#[contract]
pub struct A {
    #[serde(serialize_with = "write")]
    #[schemars(with = "String")]
    pub a: u8,
    #[serde(with = "missing")]
    #[schemars(with = "String")]
    pub b: u8,
    #[serde(with = "text")]
    #[schemars(with = "String")]
    pub c: u8,
}

fn write(_: &u8) -> String {
    String::new()
}

mod text {}

fn main() {}
