use std::collections::HashMap;

use handoff::prelude::*;

#[contract]
struct Step {
    n: u8,
}

#[contract]
#[serde(untagged)]
enum Move {
    Run { n: u8 },
    // The check comes after the choice.
    Walk {
        #[check(range(1..=3))]
        n: u8,
    },
    Stop,
    Rest,
}

#[contract]
#[serde(untagged)]
enum Held {
    Step(Step),
    Again(Box<Step>),
    Text(String),
    Letter(char),
    Number(f64),
    Count(u32),
    Numbers(Vec<i64>),
    Pair(u8, i8),
    Table(HashMap<String, Option<u16>>),
    Size { width: u8, height: Option<u8> },
    Maybe(Option<bool>),
    Nothing,
}

#[contract(open)]
#[serde(untagged)]
enum Area {
    Circle { radius: u8 },
    Ring { radius: u8, width: u8 },
}

fn main() {}
