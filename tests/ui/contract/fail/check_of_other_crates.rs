use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(min = 1, max = 8)]
    pub rank: u8,
    #[check(min_length(1))]
    pub title: String,
    #[check(regex = "^[a-z]+$")]
    pub key: String,
}

fn main() {}
