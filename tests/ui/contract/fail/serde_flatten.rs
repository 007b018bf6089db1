use handoff::prelude::*;
use std::collections::BTreeMap;

#[contract]
pub struct Inner {
    pub a: u8,
}

#[contract]
pub struct A {
    #[serde(flatten)]
    pub maybe: Option<Inner>,
    #[serde(flatten)]
    pub rest: BTreeMap<String, u8>,
}

#[contract]
pub enum B {
    One {
        #[serde(flatten)]
        inner: Inner,
    },
}

fn main() {}
