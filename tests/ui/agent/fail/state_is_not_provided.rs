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
async fn a(goal: Goal, State(s): State<Vec<u8>>) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

#[tokio::main]
async fn main() {
    let _ = Runtime::default().run(p, Goal { text: String::new() }).await;
}
