use handoff::prelude::*;

#[contract]
pub struct A {
    #[confidence]
    pub a: String,
}

fn main() {}
