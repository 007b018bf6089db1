use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent]
async fn a(goal: Goal) -> impl Contract {
    goal
}

pipeline! {
    pub p(Goal) -> Goal {
        a
    }
}

fn main() {}
