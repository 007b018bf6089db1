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

#[agent]
async fn print(report: Report) -> Report {
    report
}

pipeline! {
    pub answered(Question) -> Report {
        answer | print
    }
}

fn main() {}
