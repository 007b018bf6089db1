use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(with(even))]
    pub a: u8,
}

fn even(n: &u8) -> bool {
    n % 2 == 0
}

fn main() {}
