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
async fn answer(question: Question) -> Report {
    Report { text: question.text }
}

pipeline! {
    pub answered(Question) -> Report {
        |question| answer(question)
    }
}

fn main() {}
