use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent(backoff = "1s..2s", backoff = "none", concurrency = 1, concurrency = 2, idle_timeout = "1s", idle_timeout = "2s")]
async fn a(goal: Goal) -> Goal {
    goal
}

fn main() {}
