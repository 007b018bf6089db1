use handoff::prelude::*;

#[contract(max_tokens = "400")]
pub struct Report {
    pub text: String,
}

fn main() {}
