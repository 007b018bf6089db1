//! Agents that are answered from outside.
#![deny(warnings, clippy::pedantic)]

use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
}

/// May this go out?
#[agent(signal, timeout = "3d", role = critic, name = "editor in chief", input_budget = 4_000)]
pub async fn approval(draft: Draft) -> Approval;

#[agent(signal, timeout = "none")]
async fn go(_: Draft);

#[agent(signal, timeout = "none")]
#[deprecated]
async fn unused((a, b): (u8, u8)) -> u8;

pipeline! { pub approving(Draft) -> Approval { approval } }
pipeline! { going(Draft) -> () { go } }

#[test]
fn it_runs() {
    let runtime = Runtime::default();
    let _ = runtime.run(approving, Draft { text: String::new() });
    let _ = runtime.run(going, Draft { text: String::new() });
    for signal in runtime.signals() {
        let _ = runtime.answer::<approval>(signal.id(), Approval { approved: true });
    }
}
