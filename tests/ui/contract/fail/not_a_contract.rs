use handoff::prelude::*;

pub struct Answer {
    pub text: String,
}

fn main() {
    let _ = <Answer as Contract>::name();
}
