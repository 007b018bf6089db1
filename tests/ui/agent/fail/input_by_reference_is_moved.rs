use handoff::prelude::*;

#[contract]
pub struct SubTask {
    pub text: String,
}

#[contract]
pub struct Finding {
    pub text: String,
}

#[agent]
async fn work(task: &SubTask) -> Finding {
    Finding { text: task.text }
}

#[agent]
async fn correct(found: &mut Finding) -> Finding {
    found.text.push('!');
    *found
}

#[agent]
async fn copy(text: &str) -> Finding {
    Finding { text }
}

pipeline! {
    pub research(SubTask) -> Finding {
        work => correct
    }
}

fn main() {}
