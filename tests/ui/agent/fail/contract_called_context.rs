use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[contract]
pub struct Context {
    pub text: String,
}

#[agent]
async fn answer(cx: Context) -> Report {
    Report { text: cx.text }
}

fn main() {}
