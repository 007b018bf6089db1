use handoff::prelude::*;
use std::collections::BTreeMap;

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub x: u8,
    pub y: u8,
}

#[agent]
pub async fn count(bytes: Vec<u8>) -> BTreeMap<Vec<u8>, u8> {
    [(bytes, 1)].into()
}

#[agent]
pub async fn draw(cells: BTreeMap<Point, u8>) -> u8 {
    cells.len() as u8
}

#[agent(output = Option<BTreeMap<Point, u8>>)]
pub async fn locate(x: u8) -> Option<BTreeMap<Point, u8>> {
    Some([(Point { x, y: 0 }, 1)].into())
}

pipeline! { pub counting(Vec<u8>) -> BTreeMap<Vec<u8>, u8> { count } }

fn main() {}
