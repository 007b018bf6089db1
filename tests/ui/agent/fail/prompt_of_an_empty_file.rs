//! What an agent without a body would ask is in a file with nothing in it.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::{Model, Prompt};

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

#[doc = include_str!("empty.txt")]
#[agent]
async fn plan(question: String) -> Prompt<Plan>;

pipeline! { pub all(String) -> Plan { plan } }

fn main() {
    let _ = Runtime::builder().state(Model(String::new())).build().run(all, String::new());
}
