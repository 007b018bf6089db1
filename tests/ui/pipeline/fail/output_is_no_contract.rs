use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

pub struct Answer;

#[agent]
async fn a(goal: Goal) -> Answer {
    Answer
}

pipeline! {
    pub p(Goal) -> Answer {
        a
    }
}

fn main() {}
