//! What it returns is what an answer is held to.

use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
}

#[agent(signal, timeout = "3d")]
async fn approval(draft: Draft) -> Result<Approval, BoxError>;

#[agent(signal, timeout = "3d")]
async fn asked(draft: Draft) -> Prompt<Approval>;

#[agent(signal, timeout = "3d")]
async fn replied(draft: Draft) -> Reply;

#[agent(signal, timeout = "3d")]
async fn borrowed(draft: Draft) -> &'static str;

pipeline! { pub all(Draft) -> Approval { asked } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
