use handoff::prelude::*;
use std::collections::BTreeSet;

#[contract]
#[serde(tag = "kind")]
pub enum Found {
    Pages(Vec<String>),
    Title(String),
    PageCount(u32),
    Score(f64),
    Useful(bool),
    Letter(char),
    Best(Option<Box<Found>>),
    Span((u32, u32)),
    Bytes([u8; 4]),
    Words(BTreeSet<String>),
    Boxed(Box<str>),
    Twice(Box<Vec<Found>>),
    Itself(Box<Found>),
    Nothing,
}

fn main() {}
