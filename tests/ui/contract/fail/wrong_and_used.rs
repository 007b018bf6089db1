use handoff::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

#[contract]
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[serde(default)]
pub struct Step {
    #[serde(rename = "a", rename = "b")]
    pub text: String,
}

#[contract]
#[derive(Debug, Clone, Default)]
pub struct Shared {
    pub text: Rc<String>,
}

// The mistakes are said of these contracts alone.
#[contract]
pub struct Plan {
    #[check(len(1..=3))]
    pub steps: Vec<Step>,
    pub sorted: BTreeSet<Step>,
    pub unsorted: Option<HashSet<Step>>,
    #[serde(flatten)]
    pub step: Step,
    #[serde(default)]
    pub shared: Shared,
}

#[agent]
async fn plan(step: Step) -> Plan {
    let shared = Shared { text: Rc::new(step.text.clone()) };
    println!("{} {}", shared.text, shared.clone().text.len());
    Plan { steps: vec![step.clone()], step, shared, sorted: BTreeSet::new(), unsorted: None }
}

#[agent]
async fn work(step: Step) -> Step {
    step
}

#[agent]
async fn merge(steps: Vec<Step>) -> Shared {
    Shared { text: Rc::new(format!("{steps:?}")) }
}

pipeline! { pub run(Step) -> Shared { plan => fan_out(steps) work => barrier(all) => merge } }

fn main() {}
