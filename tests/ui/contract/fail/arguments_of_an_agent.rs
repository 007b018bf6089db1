use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[contract(retries = 2)]
pub struct Answer {
    pub text: String,
}

fn main() {}
