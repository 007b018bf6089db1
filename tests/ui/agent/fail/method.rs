use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

pub struct X;
impl X {
    #[agent]
    async fn a(&self, goal: Goal) -> Report {
        Report { text: goal.text }
    }
}

fn main() {}
