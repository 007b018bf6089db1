use handoff::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub x: u8,
    pub y: u8,
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(u8, u8);

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Point);

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Nothing;

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    Dot,
    Circle(u8),
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
#[serde(tag = "kind")]
pub enum Tagged {
    First,
    Second,
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
#[serde(untagged)]
pub enum Either {
    Number(u8),
    Text(String),
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
#[serde(untagged)]
pub enum Number {
    Small(u8),
    Large(u64),
}

type Bytes = Vec<u8>;

// Neither `Eq` nor `Hash` would make it a key.
#[contract]
pub struct Uncompared {
    pub x: u8,
}

#[contract]
pub struct Grid {
    pub points: BTreeMap<Point, u8>,
    pub pairs: Vec<BTreeMap<Pair, u8>>,
    pub places: BTreeMap<Place, u8>,
    pub nothing: BTreeMap<Nothing, u8>,
    pub shapes: BTreeMap<Shape, u8>,
    pub tagged: BTreeMap<Tagged, u8>,
    pub either: Option<BTreeMap<Either, u8>>,
    pub numbers: BTreeMap<Number, u8>,
    pub bytes: BTreeMap<Bytes, u8>,
    pub boxed: BTreeMap<Box<Point>, u8>,
    pub uncompared: HashMap<Uncompared, u8>,
    pub below: BTreeMap<String, BTreeMap<Point, u8>>,
}

#[contract]
pub enum Cell {
    One(BTreeMap<Point, u8>),
}

fn main() {}
