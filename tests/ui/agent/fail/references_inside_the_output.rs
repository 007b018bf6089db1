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
async fn split(question: Question) -> Vec<&str> {
    question.text.split_whitespace().collect()
}

#[agent]
async fn first(question: Question) -> Result<Option<&str>, std::io::Error> {
    Ok(question.text.split_whitespace().next())
}

pipeline! {
    pub words(Question) -> Vec<String> {
        split
    }
}

fn main() {}
