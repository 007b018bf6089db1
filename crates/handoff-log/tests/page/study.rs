//! The pipeline of which there are logs. It runs, but for its last stage.

use handoff::prelude::*;

/// What is to be found out.
#[contract]
pub(crate) struct Plan {
    /// Each can be looked up by itself.
    #[check(len(1..=5000))]
    pub subtasks: Vec<String>,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub(crate) struct Sources {
    #[check(len(0..=8))]
    pub urls: Vec<String>,
}

#[contract]
pub(crate) struct Draft {
    pub text: String,
    #[check(len(0..=8))]
    pub objections: Vec<Objection>,
}

/// What a critic minds.
#[contract]
pub(crate) struct Objection {
    /// In the critic's own words,
    /// for whoever writes the next draft.
    pub against: String,
}

/// Splits a question into parts.
#[agent(role = planner, input_budget = 1_000, max_output_tokens = 400, timeout = "20s", retries = 1)]
async fn plan(question: String) -> Plan {
    Plan { subtasks: question.split(' ').map(str::to_owned).collect(), confidence: 0.8 }
}
#[agent(max_output_tokens = 500, timeout = "10s", retries = 2)]
async fn search(subtask: String) -> Sources {
    Sources { urls: vec![subtask] }
}
#[agent(input_budget = 2_000, max_output_tokens = 300, timeout = "10s", retries = 2)]
async fn read(url: String) -> String {
    url
}
#[agent(role = aggregator, max_output_tokens = 200)]
async fn summarise(read: Partial<String>) -> String {
    read.into_results().join(" ")
}
#[agent]
async fn legal(notes: Partial<String>) -> String {
    notes.into_results().join(" ")
}
#[agent]
async fn style(notes: Partial<String>) -> String {
    notes.into_results().join(" ")
}
#[agent(role = aggregator)]
async fn write((legal, style): (String, String)) -> Draft {
    Draft { text: legal + &style, objections: vec![] }
}
#[agent(role = critic)]
async fn critique(draft: Draft) -> Draft {
    draft
}
#[agent(max_output_tokens = 900, retries = 2)]
async fn publish(_: Draft) -> Result<String, &'static str> {
    Err("the printer is on fire")
}
#[agent]
async fn publish_plainly(_: Draft) -> Result<String, &'static str> {
    Err("the other printer stands beside it")
}

fn escalate(_: &String, failure: &TaskFailure) -> String {
    failure.message.clone()
}

pipeline! {
    investigate(String) -> String {
        search => fan_out(urls, allow_empty) read => barrier(settled) => summarise
    }
}

pipeline! {
    pub study(String) -> String {
        plan
            => gate(confidence >= 0.5)
            => fan_out(subtasks, concurrency = 16, label = Clone::clone, recover = escalate) investigate
            => barrier(at_least = 60%)
            => join(legal, style)
            => write
            => repeat(max = 3, until = |draft| draft.objections.is_empty()) { critique }
            => publish or publish_plainly
    }
}
