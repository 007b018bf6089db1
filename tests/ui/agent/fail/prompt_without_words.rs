//! An agent without a body asks what its documentation says.

#[path = "../prompt.rs"]
mod prompt;

use handoff::prelude::*;
use prompt::{Model, Prompt};

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

#[agent]
async fn plan(question: String) -> Prompt<Plan>;

///
#[doc(hidden)]
#[agent]
async fn empty(question: String) -> Result<Prompt<Plan>, BoxError>;

pipeline! { pub all(String) -> Plan { plan } }

fn main() {
    let _ = Runtime::builder().state(Model(String::new())).build().run(all, String::new());
}
