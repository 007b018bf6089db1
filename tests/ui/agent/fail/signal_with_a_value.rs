//! It is a word by itself.

use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
}

#[agent(signal = true, timeout = "3d")]
async fn approval(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", signal)]
async fn twice(draft: Draft) -> Approval;

pipeline! { pub all(Draft) -> Approval { approval } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
