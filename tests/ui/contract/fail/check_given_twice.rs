use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(len(1..), len(..=8))]
    pub a: String,
}

fn main() {}
