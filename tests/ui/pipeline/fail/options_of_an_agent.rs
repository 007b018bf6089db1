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
        answer(timeout = "3s")
    }
}

pipeline! {
    pub answered_in_time(Question) -> Report {
        timeout("3s") => answer
    }
}

pipeline! {
    pub answered_twice(Question) -> Report {
        retry(2) => answer
    }
}

pipeline! {
    pub answered_both(Question) -> Report {
        parallel(answer, answer)
    }
}

fn main() {}
