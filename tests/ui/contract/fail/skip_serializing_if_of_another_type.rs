use handoff::prelude::*;

#[contract]
pub struct A {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub a: Option<u8>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub b: u8,
    #[serde(default, skip_serializing_if = "half")]
    pub c: u8,
    #[serde(default, skip_serializing_if = "missing")]
    pub d: Vec<Inner>,
}

#[contract]
pub struct Inner {
    pub inner: u8,
}

fn is_zero(n: u8) -> bool {
    n == 0
}

fn half(n: &u8) -> u8 {
    n / 2
}

fn main() {}
