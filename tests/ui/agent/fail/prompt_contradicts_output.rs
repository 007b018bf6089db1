//! The prompt says what it is for.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::{Model, Prompt};

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

#[agent(output = Vec<Plan>)]
async fn plan(question: String) -> Prompt<Plan> {
    Prompt::new(question)
}

pipeline! { pub one(String) -> Plan { plan } }

fn main() {
    let _ = Runtime::builder().state(Model(String::new())).build().run(one, String::new());
}
