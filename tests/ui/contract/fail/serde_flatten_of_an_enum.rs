use handoff::prelude::*;

#[contract]
pub enum Inner {
    One { a: u8 },
}

#[contract]
pub struct A {
    #[serde(flatten)]
    pub inner: Inner,
}

fn main() {}
