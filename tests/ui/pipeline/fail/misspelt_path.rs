use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

mod agents {
    use super::*;
    #[agent]
    pub async fn first(goal: Goal) -> Report {
        Report { text: goal.text }
    }
}

pipeline! {
    pub p(Goal) -> Report {
        agents::frist
    }
}

fn main() {}
