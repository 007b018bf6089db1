use handoff::prelude::*;

#[contract]
#[check(len(1..))]
pub struct A {
    pub a: String,
}

#[contract]
pub enum B {
    #[confidence]
    One(f64),
}

fn main() {}
