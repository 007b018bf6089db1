use handoff::prelude::*;

#[contract]
pub struct A {
    #[serde(default = "three")]
    pub a: u8,
    #[serde(default = "three")]
    pub inner: Option<Inner>,
    #[serde(default = "with_argument")]
    pub b: u8,
    #[serde(default = "missing")]
    pub c: u8,
    #[serde(default = "Inner::missing")]
    pub d: Vec<Inner>,
}

#[contract]
#[serde(default = "three")]
pub struct Inner {
    pub inner: u8,
}

fn three() -> u16 {
    3
}

fn with_argument(n: u8) -> u8 {
    n
}

fn main() {}
