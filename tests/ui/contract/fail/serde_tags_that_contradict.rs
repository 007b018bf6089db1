use handoff::prelude::*;

#[contract]
#[serde(tag = "kind", content = "kind")]
pub enum A {
    B(String),
    C,
}

#[contract]
#[serde(content = "value")]
pub enum D {
    E(String),
    F,
}

#[contract]
#[serde(untagged, tag = "kind")]
pub enum G {
    H { h: u8 },
    I(String),
}

#[contract]
#[serde(content = "value", untagged)]
pub enum J {
    K { k: u8 },
    L(String),
}

fn main() {}
