use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

const B: usize = 4000;

#[agent(input_budget = B)]
async fn a(goal: Goal) -> Report {
    Report { text: goal.text }
}

fn main() {}
