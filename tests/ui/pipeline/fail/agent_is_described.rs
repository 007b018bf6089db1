//! Only pipelines have a description.

use handoff::prelude::*;

#[agent]
async fn plan(goal: String) -> String {
    goal
}

fn main() {
    let _ = plan.describe();
}
