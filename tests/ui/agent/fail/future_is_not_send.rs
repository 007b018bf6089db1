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
async fn a(goal: Goal) -> Report {
    let x = std::rc::Rc::new(1);
    step().await;
    drop(x);
    Report { text: goal.text }
}

async fn step() {}

fn main() {}
