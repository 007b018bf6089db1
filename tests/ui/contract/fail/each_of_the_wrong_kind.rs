use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(each(len(1..)))]
    pub a: Vec<u8>,
    #[check(each(range(1..)))]
    pub b: Option<Vec<String>>,
    #[check(each(each(unique)))]
    pub c: Vec<Vec<u8>>,
}

fn main() {}
