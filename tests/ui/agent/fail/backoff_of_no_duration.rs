use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent(retries = 2, backoff = "200..10s")]
async fn a(goal: Goal) -> Goal {
    goal
}

fn main() {}
