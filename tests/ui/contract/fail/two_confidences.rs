use handoff::prelude::*;

#[contract]
pub struct A {
    #[confidence]
    pub a: f64,
    #[confidence]
    pub b: f64,
}

#[contract]
pub struct B {
    #[confidence]
    #[confidence]
    pub a: f64,
}

fn main() {}
