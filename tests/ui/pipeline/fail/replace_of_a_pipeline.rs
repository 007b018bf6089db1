//! It is agents that are called, so it is agents that have options and are replaced.

use handoff::prelude::*;

#[agent]
async fn plan(goal: String) -> String {
    goal
}

#[agent]
async fn write(plan: String) -> String {
    plan
}

pipeline! { pub research(String) -> String { plan => write } }

fn main() {
    let runtime = Runtime::builder()
        .agent::<plan>(|a| a.retries(2))
        .agent::<research>(|a| a.retries(2))
        .replace::<research>()
        .by_fn(|goal| goal)
        .build();
    let _ = runtime.run(research, String::new());
}
