use handoff::prelude::*;

#[contract]
pub struct A {
    #[confidence(0.5)]
    pub a: f64,
}

fn main() {}
