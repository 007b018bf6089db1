use handoff::prelude::*;

#[serde(rename_all = "camelCase")]
#[contract]
pub struct A {
    pub the_first: u8,
}

fn main() {}
