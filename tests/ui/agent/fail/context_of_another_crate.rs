use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

mod errors {
    pub trait Context {}
}

use errors::Context;

#[agent]
async fn answer(question: Question, cx: Context) -> Report {
    Report { text: format!("{} {}", question.text, cx.attempt()) }
}

fn main() {}
