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
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        write(goal)
    }
}

fn main() {}
