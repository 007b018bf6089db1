use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

type FetchResult<T> = std::result::Result<T, std::io::Error>;

#[agent]
async fn answer(question: Question) -> FetchResult<Report> {
    Ok(Report { text: question.text })
}

pipeline! {
    pub answered(Question) -> Report {
        answer
    }
}

#[test]
fn it_runs() {
    drop(Runtime::default().run(answered, Question { text: String::new() }));
}
