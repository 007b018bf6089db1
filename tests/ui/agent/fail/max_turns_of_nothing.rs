use handoff::prelude::*;

#[agent]
async fn look_up(word: String) -> String {
    word
}

#[agent(tools(look_up), max_turns = 0)]
async fn plan(goal: String, _: Context) -> String {
    goal
}

fn main() {}
