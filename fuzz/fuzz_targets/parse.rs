//! No text makes `parse` panic, hang or run out of stack, and what it takes it takes again once it is written.
//!
//! `fuzz/run.sh` runs it.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use handoff::{Contract, contract};
use libfuzzer_sys::fuzz_target;

#[contract]
pub struct Tree {
    #[check(pattern("^(?:[a-z]+|é{1,3})$"), len(..=8))]
    pub name: Option<String>,
    #[check(multiple_of(5), range(-100..=100))]
    pub number: i64,
    #[check(unique, each(range(0.0..=1.0)))]
    pub scores: Vec<f64>,
    pub set: BTreeSet<u8>,
    #[check(len(..=3))]
    pub children: BTreeMap<String, Branch>,
    #[confidence]
    pub confidence: f32,
}

#[contract]
#[serde(tag = "kind")]
pub enum Branch {
    Tree(Box<Tree>),
    Leaf {
        #[check(len(1..))]
        text: String,
    },
    None,
}

#[contract]
#[serde(untagged)]
pub enum Any {
    Number(u8),
    Tree(Tree),
    Listed(#[check(unique)] Vec<Any>),
}

/// Its variants share a field that leads back to it: what is tried for each must not be tried again for each level.
#[contract]
#[serde(untagged)]
pub enum Shape {
    Group {
        #[check(len(..=4))]
        parts: Vec<Shape>,
        name: String,
    },
    Grid {
        parts: Vec<Shape>,
        #[check(range(1..))]
        columns: u32,
    },
    Loose {
        parts: Vec<Shape>,
    },
    Point(f64, f64),
}

fn again<T: Contract>(text: &str) {
    let Ok(value) = T::parse(text) else { return };
    let written = serde_json::to_string(&value).expect("a contract is JSON");
    T::parse(&written).expect("what was taken is good");
}

fuzz_target!(|text: &str| {
    again::<Tree>(text);
    again::<Any>(text);
    again::<Shape>(text);
});
