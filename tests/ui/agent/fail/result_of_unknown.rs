use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

type Result = std::result::Result<Report, String>;

#[agent]
async fn a(goal: Goal) -> Result {
    Ok(Report { text: goal.text })
}

fn main() {}
