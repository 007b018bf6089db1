//! What is asked for is owned, as what is returned.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::Prompt;

#[agent]
async fn name(question: String) -> Prompt<&'static str> {
    Prompt::new(question)
}

fn main() {}
