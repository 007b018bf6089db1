use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

pub struct E;

#[agent]
async fn a(goal: Goal) -> Result<Report, E> {
    Ok(Report { text: goal.text })
}

fn main() {}
