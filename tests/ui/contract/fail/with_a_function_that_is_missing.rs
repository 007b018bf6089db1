use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(with(is_evn))]
    pub a: u8,
}

fn main() {}
