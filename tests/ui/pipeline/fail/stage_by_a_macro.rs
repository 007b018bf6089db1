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

macro_rules! stages {
    () => {
        answer
    };
}

pipeline! {
    pub answered(Question) -> Report {
        stages!()
    }
}

fn main() {}
