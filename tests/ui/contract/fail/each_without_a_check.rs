use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(each)]
    pub a: Vec<u8>,
    #[check(each())]
    pub b: Vec<u8>,
    #[check(each(lenght(1..)))]
    pub c: Vec<String>,
}

fn main() {}
