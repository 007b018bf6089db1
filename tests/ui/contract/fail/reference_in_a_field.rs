use handoff::prelude::*;

#[contract]
pub struct Answer {
    pub text: &'static str,
    pub parts: Vec<&'static str>,
}

fn main() {}
