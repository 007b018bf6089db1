use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent(blocking)]
async fn a(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
