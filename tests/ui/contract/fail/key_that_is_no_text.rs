use handoff::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[contract]
pub struct Table {
    pub by_list: BTreeMap<Vec<u8>, u8>,
    pub by_pair: Option<HashMap<(u8, u8), String>>,
    pub by_maybe: Vec<BTreeMap<Option<String>, u8>>,
    pub by_nothing: BTreeMap<(), u8>,
    pub by_array: [BTreeMap<[u8; 2], u8>; 2],
    pub by_set: (u8, BTreeMap<BTreeSet<u8>, u8>),
    pub by_map: BTreeMap<BTreeMap<u8, u8>, u8>,
    pub by_box: Box<BTreeMap<Box<Vec<u8>>, u8>>,
    pub below: BTreeMap<String, BTreeMap<Vec<u8>, u8>>,
    pub by_itself: BTreeMap<Table, u8>,
}

#[contract]
pub struct Row(BTreeMap<Vec<u8>, u8>);

#[contract]
pub enum Cell {
    One(BTreeMap<Vec<u8>, u8>),
    Two { cells: BTreeMap<Vec<u8>, u8> },
}

fn main() {}
