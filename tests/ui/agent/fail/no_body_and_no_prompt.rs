//! Only a prompt can be read off the documentation.

use handoff::prelude::*;

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

/// Split the question.
#[agent]
async fn plan(question: String) -> Plan;

/// Split the question.
#[agent]
async fn fallible(question: String) -> Result<Plan, BoxError>;

#[agent(output = Plan)]
async fn replies(question: String) -> Reply;

#[agent]
async fn nothing(question: String);

pipeline! { pub all(String) -> Plan { plan } }

fn main() {
    let _ = Runtime::default().run(all, String::new());
}
