use handoff::prelude::*;

#[contract]
#[serde(deny_unknown_fields = true, rename_all = camelCase)]
pub struct A {
    #[serde(rename)]
    pub a: u8,
    #[serde(rename = 'c')]
    pub b: u8,
    #[serde(alias("e", "f"))]
    pub d: u8,
    #[serde(default = 5)]
    pub g: u8,
    #[serde(default = "five()")]
    pub h: u8,
    #[serde(default, skip_serializing_if = Option::is_none)]
    pub i: Option<u8>,
    #[serde(default, skip_serializing_if = "|j| j.is_none()")]
    pub j: Option<u8>,
}

#[contract]
#[serde(tag)]
pub enum B {
    #[serde(skip = "always")]
    C,
    D,
}

#[contract]
#[serde(rename_all: "camelCase")]
pub struct E {
    #[serde("rename")]
    pub a: u8,
}

fn five() -> u8 {
    5
}

fn main() {}
