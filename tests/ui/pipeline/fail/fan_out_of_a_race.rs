use handoff::prelude::*;

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

#[agent]
async fn plan(goal: String) -> Plan {
    Plan { steps: vec![goal] }
}

#[agent]
async fn work(step: String) -> String {
    step
}

#[agent]
async fn sum(done: Vec<String>) -> String {
    done.concat()
}

pipeline! { p(String) -> String { plan => fan_out(steps) race(work, work) => barrier(all) => sum } }
pipeline! { q(String) -> String { plan => fan_out(steps) match { _ => work } => barrier(all) => sum } }

fn main() {}
