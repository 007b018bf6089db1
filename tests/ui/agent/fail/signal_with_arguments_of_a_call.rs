//! Each of them is for a function that is called.

use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
}

#[agent(signal, timeout = "3d", retries = 2)]
async fn retried(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", backoff = "1s..10s")]
async fn backed_off(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", concurrency = 8)]
async fn bounded(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", idle_timeout = "1h")]
async fn lively(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", tools(approval))]
async fn busy(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", max_turns = 3)]
async fn turning(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d", blocking)]
fn blocked(draft: Draft) -> Approval;

#[agent(signal, timeout = "3d")]
async fn approval(draft: Draft) -> Approval;

pipeline! { pub all(Draft) -> Approval { approval } }

fn main() {
    let _ = Runtime::default().run(all, Draft { text: String::new() });
}
