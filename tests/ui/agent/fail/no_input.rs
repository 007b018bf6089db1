use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
async fn a() -> Report {
    Report { text: String::new() }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
