use handoff::prelude::*;

#[contract]
pub struct Inner {
    pub a: u8,
}

#[contract]
pub struct A {
    #[check(range(1..))]
    #[serde(skip)]
    pub a: u8,
    #[confidence]
    #[serde(flatten)]
    pub inner: Inner,
}

fn main() {}
