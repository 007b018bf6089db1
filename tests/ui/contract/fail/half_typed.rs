use handoff::prelude::*;

#[contract(max_tokens =)]
pub struct Plan {
    #[check(len(1..=))]
    pub steps: Vec<String>,
    #[check(multiple_of(5 *))]
    pub number: u32,
    #[check(each(len(..=)))]
    pub notes: Vec<String>,
}

#[contract(open =)]
pub struct Note {
    pub text: String,
}

fn main() {}
