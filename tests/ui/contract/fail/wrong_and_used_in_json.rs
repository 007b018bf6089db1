use handoff::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(#[check(len(..0))] String);

// What the wrong contract would be in JSON is not known: it may be a key, and stand beside a tag.
#[contract]
pub struct Table {
    pub rows: BTreeMap<Name, u8>,
}

#[contract]
#[serde(tag = "kind")]
pub enum Way {
    Name(Name),
}

// Of a type that cannot cross a handoff that is said, and not what it is in JSON as well.
#[contract]
pub struct Tables {
    pub floats: BTreeMap<Option<f64>, u8>,
    pub shared: HashMap<Vec<Rc<u8>>, u8>,
    pub borrowed: HashMap<(&'static str, u8), u8>,
}

#[contract]
#[serde(tag = "kind")]
pub enum Ways {
    Slice([u8]),
    Set(BTreeSet<f64>),
}

fn main() {}
