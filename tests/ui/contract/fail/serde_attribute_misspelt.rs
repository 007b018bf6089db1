use handoff::prelude::*;

#[contract]
#[serde(rename_all = "camelcase")]
pub struct A {
    #[serde(renam = "b")]
    pub a: u8,
}

#[contract]
#[serde(transparent)]
pub struct B {
    pub a: u8,
    pub b: u8,
}

fn main() {}
