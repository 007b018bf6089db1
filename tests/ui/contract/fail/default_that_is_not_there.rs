use handoff::prelude::*;

#[contract]
#[serde(default)]
pub struct A {
    pub a: u8,
    pub b: Option<Inner>,
}

#[contract]
pub struct Inner {
    pub inner: u8,
}

#[contract]
pub struct B {
    #[serde(default)]
    pub inner: Inner,
    #[serde(skip)]
    pub skipped: std::time::Instant,
}

fn main() {}
