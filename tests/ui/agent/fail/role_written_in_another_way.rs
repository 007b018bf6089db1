use handoff::prelude::*;

#[agent(planner)]
async fn plan(goal: String) -> String {
    goal
}

#[agent(role = Role::Worker)]
async fn work(task: String) -> String {
    task
}

fn main() {}
