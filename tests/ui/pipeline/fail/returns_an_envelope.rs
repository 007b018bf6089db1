use handoff::prelude::*;

#[agent]
async fn work(task: String) -> String {
    task
}

pipeline! {
    pub p(String) -> Envelope<String> {
        work
    }
}

pipeline! {
    pub q(Envelope<String>) -> String {
        work
    }
}

fn main() {}
