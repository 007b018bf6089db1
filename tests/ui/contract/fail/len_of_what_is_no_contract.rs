use handoff::prelude::*;

pub struct Source {
    pub url: String,
}

type Sources = Vec<Source>;

#[contract]
pub struct Answer {
    #[check(len(1..=8))]
    pub source: Source,
    #[check(range(1..))]
    pub rank: Source,
    #[check(len(1..))]
    pub sources: Sources,
}

fn main() {}
