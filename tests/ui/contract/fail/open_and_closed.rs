use handoff::prelude::*;

#[contract(open)]
#[serde(deny_unknown_fields)]
pub struct A {
    pub a: u8,
}

fn main() {}
