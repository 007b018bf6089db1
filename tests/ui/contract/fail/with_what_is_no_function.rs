use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(with)]
    pub a: u8,
    #[check(with("is_even"))]
    pub b: u8,
    #[check(with(|n| n % 2 == 0))]
    pub c: u8,
}

fn main() {}
