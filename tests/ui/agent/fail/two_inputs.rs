use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Step {
    pub id: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
async fn a(goal: Goal, step: Step) -> Report {
    Report { text: goal.text + &step.id }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
