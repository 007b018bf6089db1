//! What replaces an agent returns what the agent does.

use handoff::prelude::*;

#[agent]
async fn plan(goal: String) -> String {
    goal
}

pipeline! { pub research(String) -> String { plan } }

fn main() {
    let runtime = Runtime::builder().replace::<plan>().by_fn(|goal| goal.len()).build();
    let _ = runtime.run(research, String::new());
}
