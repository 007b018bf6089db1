use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent(input = Gaol)]
async fn a(goal: Goal) -> Report {
    Report { text: String::new() }
}

fn main() {}
