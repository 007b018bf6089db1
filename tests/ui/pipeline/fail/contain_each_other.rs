use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

pipeline! {
    pub p(Goal) -> Goal {
        q
    }
}

pipeline! {
    pub q(Goal) -> Goal {
        p
    }
}

#[tokio::main]
async fn main() {
    let _ = Runtime::default().run(q, Goal { text: String::new() }).await;
}
