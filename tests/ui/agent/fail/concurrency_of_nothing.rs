use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent(concurrency = 0)]
async fn a(goal: Goal) -> Goal {
    goal
}

fn main() {}
