use handoff::prelude::*;

#[agent]
async fn look_up(word: String) -> String {
    word
}

#[agent(tools(look_up, self::look_up, look_up))]
async fn plan(goal: String, _: Context) -> String {
    goal
}

fn main() {}
