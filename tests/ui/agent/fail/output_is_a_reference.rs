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
async fn a(goal: Goal) -> &'static str {
    "x"
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
