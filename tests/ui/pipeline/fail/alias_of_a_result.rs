use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

type Fallible<T> = std::result::Result<T, std::io::Error>;

#[agent]
async fn answer(question: Question) -> Fallible<Report> {
    Ok(Report { text: question.text })
}

#[agent]
async fn print(report: Report) -> Report {
    report
}

pipeline! {
    pub answered(Question) -> Report {
        answer => print
    }
}

pipeline! {
    pub alone(Question) -> Report {
        answer
    }
}

fn main() {}
