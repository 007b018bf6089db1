use handoff::prelude::*;

#[agent]
async fn look_up(word: String) -> String {
    word
}

const NONE: u32 = 0;

#[agent(tools(look_up), max_turns = NONE)]
async fn plan(goal: String, _: Context) -> String {
    goal
}

fn main() {}
