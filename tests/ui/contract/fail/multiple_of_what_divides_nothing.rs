use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(multiple_of(0))]
    pub zero: u8,
    #[check(multiple_of(-5))]
    pub negative: i8,
    #[check(multiple_of(0.5))]
    pub float: f64,
    #[check(multiple_of("a"))]
    pub text: u8,
    #[check(multiple_of)]
    pub nothing: u8,
    #[check(range(1..=4), multiple_of(5))]
    pub none_in_the_range: u8,
}

fn main() {}
