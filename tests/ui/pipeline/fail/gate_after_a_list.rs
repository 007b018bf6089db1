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
async fn look_up(question: Question) -> Vec<Report> {
    vec![Report { text: question.text }]
}

#[agent]
async fn first(reports: Vec<Report>) -> Report {
    reports.into_iter().next().unwrap()
}

pipeline! {
    pub answered(Question) -> Report {
        look_up => gate(confidence >= 0.6) => first
    }
}

fn main() {}
