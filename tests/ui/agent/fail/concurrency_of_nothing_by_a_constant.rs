use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

const NONE: u32 = 0;

#[agent(concurrency = NONE)]
async fn a(goal: Goal) -> Goal {
    goal
}

fn main() {}
