use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent(max_tokens = 500, retry = 2)]
async fn answer(question: Question) -> Report {
    Report { text: question.text }
}

#[agent(prompt = "Answer.", model = "large")]
async fn ask(question: Question) -> Report {
    Report { text: question.text }
}

#[agent(open, budget = 4_000, parallel = 8)]
async fn look_up(question: Question) -> Report {
    Report { text: question.text }
}

fn main() {}
