use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent(Goal)]
async fn a(goal: Goal) -> Report {
    Report { text: goal.text }
}

fn main() {}
