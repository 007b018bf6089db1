use handoff::prelude::*;

#[contract]
#[serde(content = "value", untagged, rename_all_fields = "camelCase")]
pub struct A {
    pub a: u8,
}

#[contract]
#[serde(transparent, default)]
#[derive(Default)]
pub enum B {
    #[default]
    C,
    D,
}

#[contract]
#[serde(default)]
#[derive(Default)]
pub struct E;

fn main() {}
