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
async fn count(words: Vec<&str>) -> Report {
    Report { text: words.concat() }
}

#[agent]
async fn look_up(word: Option<std::borrow::Cow<'_, str>>) -> Report {
    Report { text: word.unwrap_or_default().into_owned() }
}

pipeline! {
    pub counted(Vec<String>) -> Report {
        count
    }
}

fn main() {}
