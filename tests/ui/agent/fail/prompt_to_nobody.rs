//! The state has no model.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::{Fast, Model, Prompt};

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

#[agent]
async fn plan(question: String) -> Prompt<Plan> {
    Prompt::new(question)
}

/// Be quick.
#[agent]
async fn quick(question: String) -> Prompt<Plan, Fast>;

pipeline! { pub one(String) -> Plan { plan } }
pipeline! { pub another(String) -> Plan { quick } }

#[derive(Clone, FromRef)]
struct App {
    words: String,
}

#[derive(Clone, FromRef)]
struct Slow {
    model: Model,
}

fn main() {
    let app = Runtime::builder().state(App { words: String::new() }).build();
    let slow = Runtime::builder().state(Slow { model: Model(String::new()) }).build();
    let _ = app.run(one, String::new());
    let _ = slow.run(another, String::new());
}
