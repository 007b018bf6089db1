//! Its contracts are those of the function.

use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
}

#[agent(signal, timeout = "3d", input = Draft)]
async fn taken() -> Approval;

#[agent(signal, timeout = "3d", output = Approval)]
async fn returned(draft: Draft);

pipeline! { pub all(Draft) -> Approval { returned } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
