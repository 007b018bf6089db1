use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(pattern("^a$"))]
    pub a: u8,
    #[check(each(pattern("^a$")))]
    pub b: Vec<u8>,
}

fn main() {}
