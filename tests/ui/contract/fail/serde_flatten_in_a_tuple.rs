use handoff::prelude::*;

#[contract]
pub struct Inner {
    pub inner: u8,
}

#[contract]
pub struct A(pub u8, #[serde(flatten)] pub Inner);

#[contract]
pub struct B(#[serde(flatten)] pub Inner);

#[contract]
pub enum C {
    D(#[serde(flatten)] Inner),
}

#[contract]
#[serde(transparent)]
pub struct E {
    #[serde(flatten)]
    pub inner: Inner,
}

fn main() {}
