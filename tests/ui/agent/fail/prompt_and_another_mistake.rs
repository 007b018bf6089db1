//! What is wrong with an agent without a body is told once.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::Prompt;

/// Take nothing.
#[agent]
async fn nothing() -> Prompt<String>;

/// Take a reference.
#[agent]
async fn reference(question: &str) -> Prompt<String>;

/// Take it later.
#[agent]
async fn later(cx: Context, question: String) -> Prompt<String>;

/// Do not wait.
#[agent]
fn impatient(question: String) -> Prompt<String>;

/// Have more to say.
#[agent(timeout = "soon")]
async fn late(question: String) -> Prompt<String>;

fn main() {}
