use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Step {
    pub id: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Step {
        write
    }
}

#[tokio::main]
async fn main() {
    let e: Envelope<Step> = Runtime::default().run(p, Goal { text: String::new() }).await.unwrap();
    let _ = e;
}
