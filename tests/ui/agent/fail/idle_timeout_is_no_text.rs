use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent(idle_timeout = 20)]
async fn a(goal: Goal) -> Goal {
    goal
}

fn main() {}
