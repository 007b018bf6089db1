//! What stands beside a prompt is an error.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::{Model, Prompt};

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

pub struct NoError;

#[agent]
async fn plan(question: String) -> Result<Prompt<Plan>, NoError> {
    Ok(Prompt::new(question))
}

pipeline! { pub one(String) -> Plan { plan } }

fn main() {
    let _ = Runtime::builder().state(Model(String::new())).build().run(one, String::new());
}
