use handoff::prelude::*;

#[contract]
#[serde(bound = "")]
pub struct A {
    #[serde(borrow)]
    pub a: String,
}

fn main() {}
