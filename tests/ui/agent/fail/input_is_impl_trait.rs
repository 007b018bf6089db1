use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
async fn a(goal: impl Into<String>) -> Report {
    Report { text: goal.into() }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
