use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(len)]
    pub a: String,
    #[check(range())]
    pub b: u8,
    #[check(len(8))]
    pub c: String,
    #[check(range(..))]
    pub d: u8,
    #[check()]
    pub e: u8,
}

fn main() {}
