//! The kit for tests of agents, tested: models that are none, recordings, what a test expects of an envelope.

use handoff::prelude::*;
use handoff_models::{Completion, Dialect, Provider, ProviderError, Request};

mod expect;
#[allow(clippy::trivially_copy_pass_by_ref, reason = "a check by `with` takes a reference")]
mod fake;
mod record;
mod repair;
mod runs;
mod script;

/// What is asked in all of them.
#[contract]
pub(crate) struct Question {
    #[check(len(1..=500))]
    pub text: String,
}

#[contract]
pub(crate) struct SubTask {
    #[check(pattern("^t[0-9]+$"))]
    pub id: String,
    #[check(len(10..=200))]
    pub description: String,
    #[check(range(1..=5))]
    pub priority: u8,
}

#[contract]
pub(crate) struct Plan {
    #[check(len(1..=4))]
    pub subtasks: Vec<SubTask>,
    #[check(len(20..))]
    pub reasoning: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub(crate) struct Finding {
    #[check(len(1..=600))]
    pub answer: String,
    pub source: Option<String>,
}

#[contract]
pub(crate) struct Report {
    #[check(len(1..=2_000))]
    pub text: String,
    #[confidence]
    pub confidence: f64,
}

fn plan_of(tasks: usize) -> Plan {
    let task = |index| SubTask {
        id: format!("t{index}"),
        description: format!("Find out part {index}"),
        priority: 1,
    };
    Plan {
        subtasks: (0..tasks).map(task).collect(),
        reasoning: "Because it is what it is.".into(),
        confidence: 0.9,
    }
}

/// A request as a model makes it.
fn request<T: Contract>(prompt: &str) -> Request {
    let mut request = Request::new(prompt);
    request.contract = T::name().into_owned();
    request.schema = Dialect::Plain.write::<T>().schema().cloned();
    request
}

async fn ask(provider: &impl Provider, request: &Request) -> Result<Completion, ProviderError> {
    provider.complete(request, &mut |_| {}).await
}

/// The text of an answer, or the error.
async fn said<T: Contract>(provider: &impl Provider, prompt: &str) -> Result<String, String> {
    let answer = ask(provider, &request::<T>(prompt)).await;
    answer.map(|completion| completion.text).map_err(|error| error.to_string())
}
