use handoff::prelude::*;

#[agent]
async fn look_up(word: String) -> String {
    word
}

#[agent(tools())]
async fn nobody(goal: String, _: Context) -> String {
    goal
}

#[agent(tools = look_up)]
async fn assigned(goal: String, _: Context) -> String {
    goal
}

#[agent(tools("look_up"))]
async fn quoted(goal: String, _: Context) -> String {
    goal
}

#[agent(tools(look_up), tools(look_up))]
async fn listed_twice(goal: String, _: Context) -> String {
    goal
}

fn main() {}
