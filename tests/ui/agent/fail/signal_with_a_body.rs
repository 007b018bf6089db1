//! A signal is answered from outside: nobody would call its body.

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
async fn approval(draft: Draft) -> Approval {
    Approval { approved: !draft.text.is_empty() }
}

pipeline! { pub all(Draft) -> Approval { approval } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
