use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(len = 3)]
    pub steps: Vec<String>,
    #[check("len(1..)")]
    pub title: String,
}

fn main() {}
