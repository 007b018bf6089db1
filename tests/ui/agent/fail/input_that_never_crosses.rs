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
async fn answer(question: std::rc::Rc<Question>) -> Report {
    Report { text: question.text.clone() }
}

#[agent]
async fn ask(question: Question) -> Vec<Box<dyn Fn(&str) -> String>> {
    vec![Box::new(move |name| format!("{name}, {}", question.text))]
}

fn main() {}
