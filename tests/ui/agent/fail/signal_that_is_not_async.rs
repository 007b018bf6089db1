//! It waits.

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
fn approval(draft: Draft) -> Approval;

pipeline! { pub all(Draft) -> Approval { approval } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
