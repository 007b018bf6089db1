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
async fn answer<'a>(question: &'a Question) -> Report {
    Report { text: question.text.clone() }
}

pipeline! {
    pub answered(Question) -> Report {
        answer
    }
}

fn main() {}
