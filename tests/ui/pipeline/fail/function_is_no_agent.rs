use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

async fn helper(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        helper
    }
}

fn main() {}
