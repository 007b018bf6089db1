use handoff::prelude::*;

use std::collections::BTreeMap;

#[contract]
pub struct A {
    #[serde(default)]
    #[check(range(1..=5))]
    pub a: u8,
    #[serde(default)]
    #[check(len(1..))]
    pub b: String,
    #[serde(default)]
    #[check(pattern("^t[0-9]+$"))]
    pub c: String,
    #[serde(default)]
    #[check(len(1..=8))]
    pub d: Vec<u8>,
    #[serde(default)]
    #[check(len(2..))]
    pub e: BTreeMap<String, u8>,
    #[serde(default)]
    #[check(range(-1.0..0.0))]
    pub f: f64,
    // These are good.
    #[serde(default)]
    #[check(range(0..=5))]
    pub g: u8,
    #[serde(default)]
    #[check(len(1..))]
    pub h: Option<String>,
    #[serde(default = "one")]
    #[check(range(1..=5))]
    pub i: u8,
}

fn one() -> u8 {
    1
}

fn main() {}
