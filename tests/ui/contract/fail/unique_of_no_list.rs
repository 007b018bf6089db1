use handoff::prelude::*;

use std::collections::BTreeSet;

#[contract]
pub struct A {
    #[check(unique)]
    pub a: String,
    #[check(unique)]
    pub b: BTreeSet<u8>,
}

fn main() {}
