//! Nothing has to be `pub`, and a result may be called like anything.
#![deny(warnings)]

use handoff::prelude::*;
#[contract]
struct Goal {
    text: String,
}
#[agent]
async fn a(goal: Goal) -> Goal {
    goal
}
#[agent]
async fn b(goal: Goal) -> Goal {
    Goal { text: goal.text }
}
pipeline! { p(Goal) -> Goal { a => b } }
#[tokio::test]
async fn it_runs() {
    let review = Runtime::default().run(p, Goal { text: String::new() }).await;
    drop(review)
}
