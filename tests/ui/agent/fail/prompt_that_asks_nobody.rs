//! A type of one's own that is called so.

use handoff::prelude::*;

#[contract]
pub struct Plan {
    pub steps: Vec<String>,
}

pub struct Prompt<T> {
    pub text: String,
    pub of: std::marker::PhantomData<T>,
}

#[agent]
async fn plan(text: String) -> Prompt<Plan> {
    Prompt { text, of: std::marker::PhantomData }
}

/// Split the question.
#[agent]
async fn short(question: String) -> Prompt<Plan>;

pipeline! { pub one(String) -> Plan { plan } }

fn main() {}
