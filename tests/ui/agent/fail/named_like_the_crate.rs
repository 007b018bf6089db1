use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
pub async fn handoff(question: Question) -> Report {
    Report { text: question.text }
}

fn main() {}
