use handoff::prelude::*;

pub struct Answer {
    pub text: String,
}

fn main() {
    let _ = <Answer as Contract>::name();
}

// Not listed, although they are contracts.
#[contract]
pub struct Answers {
    pub text: String,
}
