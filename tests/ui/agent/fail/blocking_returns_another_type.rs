use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent(blocking, output = Report)]
fn a(goal: Goal) -> Goal {
    goal
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
