use std::collections::BTreeMap;

use handoff::prelude::*;

#[contract]
struct Patch {
    titles: Vec<Option<Option<String>>>,
    tags: BTreeMap<String, (u8, Option<Option<String>>)>,
    boxed: Box<Option<Option<u8>>>,
    inside: Option<Box<Option<u8>>>,
    thrice: Option<Option<Option<u8>>>,
    seen: Option<()>,
}

#[contract]
struct Title(Option<Option<String>>);

#[contract]
enum Change {
    Title(Option<Option<String>>),
}

fn main() {}
