use handoff::prelude::*;

#[agent(output = Vec<)]
async fn list(goal: String) -> Vec<String> {
    vec![goal]
}

#[agent(tools(list, self::))]
async fn plan(goal: String, _: Context) -> String {
    goal
}

fn main() {}
