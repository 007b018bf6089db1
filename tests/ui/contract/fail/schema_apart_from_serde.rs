use handoff::prelude::*;

#[contract]
#[schemars(with = "String")]
pub struct A {
    #[schemars(rename = "b")]
    pub a: String,
    #[schemars(length(min = 1))]
    pub c: String,
}

fn main() {}
