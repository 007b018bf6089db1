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
pub async fn work(step: Step) -> Step {
    step
}

pipeline! {
    pub p(Goal) -> Report {
        fanout(steps) work
    }
}

fn main() {}
