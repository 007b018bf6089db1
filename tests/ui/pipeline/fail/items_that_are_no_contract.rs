use handoff::prelude::*;

#[derive(Debug, Clone)]
pub struct Task {
    pub id: String,
}

#[contract]
#[derive(Debug, Clone)]
pub struct Plan {
    pub tasks: Vec<Task>,
}

#[contract]
#[derive(Debug, Clone)]
pub struct Done {
    pub text: String,
}

#[agent]
async fn plan(goal: Done) -> Plan {
    Plan { tasks: vec![Task { id: goal.text }] }
}

#[agent]
async fn work(task: Task) -> Done {
    Done { text: task.id }
}

#[agent]
async fn merge(all: Vec<Done>) -> Done {
    all.into_iter().next().unwrap()
}

pipeline! {
    pub research(Done) -> Done { plan => fan_out(tasks) { work } => barrier(all) => merge }
}

fn main() {
    let _ = research;
}
