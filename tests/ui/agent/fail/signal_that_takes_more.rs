//! There is no body to use what it takes.

use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
}

#[derive(Clone)]
pub struct Mail;

#[agent(signal, timeout = "3d")]
async fn approval(draft: Draft, cx: Context) -> Approval;

#[agent(signal, timeout = "3d")]
async fn mailed(draft: Draft, State(mail): State<Mail>) -> Approval;

pipeline! { pub all(Draft) -> Approval { approval } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
