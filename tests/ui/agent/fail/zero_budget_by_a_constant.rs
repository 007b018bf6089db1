use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

const NONE: u32 = 0;

#[agent(input_budget = NONE, max_output_tokens = 5 - 5)]
async fn a(goal: Goal) -> Report {
    Report { text: goal.text }
}

fn main() {}
