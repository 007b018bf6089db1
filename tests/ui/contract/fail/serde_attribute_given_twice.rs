use handoff::prelude::*;

#[contract]
#[serde(rename_all = "camelCase")]
#[serde(rename_all = "snake_case")]
pub struct A {
    #[serde(rename = "b", rename = "c")]
    pub a: u8,
    #[serde(alias = "e", alias = "f", alias = "e")]
    pub d: u8,
    #[serde(with = "text", serialize_with = "text::serialize")]
    #[schemars(with = "String")]
    pub g: u8,
}

mod text {}

fn main() {}
