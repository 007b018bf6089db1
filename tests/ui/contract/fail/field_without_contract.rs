use handoff::prelude::*;
use std::collections::HashMap;

pub struct Step {
    pub text: String,
}

#[contract]
pub struct Plan {
    #[check(len(1..=8))]
    pub steps: Vec<Step>,
}

#[contract]
pub struct Nested {
    pub first: Option<Step>,
    #[serde(default)]
    pub by_name: HashMap<String, Vec<Step>>,
    pub pair: (u8, Box<Step>),
}

// Derives of the user's own are no reason to say it twice.
#[contract]
#[derive(Debug, Clone)]
pub struct Derived {
    pub step: Step,
}

fn main() {}
