use handoff::prelude::*;

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
async fn a(goal: &str) -> Report {
    Report { text: goal.into() }
}

pipeline! {
    pub p(String) -> Report {
        a
    }
}

fn main() {}
