//! What a model is asked for is handed on, as any output.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::Prompt;

pub struct Plan {
    pub steps: Vec<String>,
}

#[agent]
async fn plan(question: String) -> Prompt<Plan> {
    Prompt::new(question)
}

/// Split the question.
#[agent]
async fn short(question: String) -> Prompt<Vec<Plan>>;

fn main() {}
