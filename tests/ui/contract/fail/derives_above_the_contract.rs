use handoff::prelude::*;

#[derive(Debug, Clone, PartialEq)]
#[contract]
pub struct A {
    pub a: u8,
}

#[derive(Clone)]
/// A comment.
#[allow(dead_code)] // And another.
#[contract(open)]
#[derive(Debug)]
pub enum B {
    C { a: A },
}

fn main() {}
