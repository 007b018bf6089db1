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

fn main() {}
