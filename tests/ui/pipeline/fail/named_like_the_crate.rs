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
    pub handoff(Question) -> Report {
        answer
    }
}

pub async fn run(question: Question) -> Result<Report, PipelineError> {
    Ok(Runtime::default().run(handoff, question).await?.payload)
}

fn main() {}
