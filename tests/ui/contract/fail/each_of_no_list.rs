use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(each(len(1..)))]
    pub a: String,
}

fn main() {}
