use handoff::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    pub x: u8,
    pub y: u8,
}

type Cells = BTreeMap<(u8, u8), String>;
type Points<T> = HashMap<Point, T>;
type Counts = BTreeMap<String, u32>;

#[contract]
pub struct Grid {
    pub cells: Cells,
    pub layers: Vec<Option<Points<u8>>>,
    pub by_name: BTreeMap<String, Cells>,
    pub counts: Counts,
}

fn main() {}
