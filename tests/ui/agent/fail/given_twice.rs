use handoff::prelude::*;

#[agent]
#[agent(retries = 2)]
async fn work(task: String) -> String {
    task
}

pipeline! {
    pub p(String) -> String {
        work
    }
}

fn main() {}
