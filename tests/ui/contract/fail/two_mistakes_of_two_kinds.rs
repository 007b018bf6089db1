use handoff::prelude::*;

pub struct Inner {
    pub inner: u8,
}

#[contract]
pub struct A {
    #[serde(rename = 5)]
    pub a: u8,
    pub inner: Inner,
    #[serde(default = "three")]
    pub b: u8,
    #[check(len(1..))]
    pub c: u8,
    #[confidence]
    pub d: String,
}

fn three() -> u16 {
    3
}

fn main() {}
