use handoff::prelude::*;

#[agent(max_turns = 6)]
async fn plan(goal: String, _: Context) -> String {
    goal
}

fn main() {}
