use handoff::prelude::*;

#[agent]
async fn look_up(word: String) -> String {
    word
}

#[agent(tools(look_up))]
async fn plan(goal: String) -> String {
    goal
}

fn main() {}
