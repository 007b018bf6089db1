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
        let answered = answer
    }
}

pipeline! {
    pub answered_if_long(Question) -> Report {
        if question.text.len() > 9 { answer }
    }
}

pipeline! {
    pub answered_again(Question) -> Report {
        while true { answer }
    }
}

fn main() {}
