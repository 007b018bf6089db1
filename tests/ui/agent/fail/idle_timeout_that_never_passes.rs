use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent(timeout = "30s", idle_timeout = "1m")]
async fn a(goal: Goal) -> Goal {
    goal
}

fn main() {}
