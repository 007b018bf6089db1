use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(len(1..), len(..=8))]
    pub a: String,
    #[check(pattern("a"), pattern("b"))]
    pub b: String,
    #[check(multiple_of(2), multiple_of(3))]
    pub c: u8,
    #[check(unique)]
    #[check(unique)]
    pub d: Vec<u8>,
    #[check(each(range(1..)), each(range(..=5)))]
    pub e: Vec<u8>,
    #[check(with(one), with(two))]
    pub f: u8,
}

fn main() {}
