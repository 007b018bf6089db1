use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

pub fn runtime() -> Runtime {
    Runtime::builder().observer(|event: &Event| println!("{event:?}")).build()
}

fn main() {}
