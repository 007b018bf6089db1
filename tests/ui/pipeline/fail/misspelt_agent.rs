use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

pipeline! {
    pub p(Goal) -> Report {
        wirte
    }
}

fn main() {}
