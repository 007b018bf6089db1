use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(range(0..=1))]
    pub share: f64,
    #[check(range(0.5..2.5))]
    pub count: Option<u8>,
    #[check(each(range(-1..1)))]
    pub each: Vec<f32>,
}

#[contract]
pub struct B {
    #[check(range(..=1))]
    pub share: f64,
}

fn main() {}
