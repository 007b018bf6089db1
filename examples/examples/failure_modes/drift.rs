//! What was a list in one run is a string in the next.

use handoff::prelude::*;
use serde_json::Value;

pub(crate) const ABOUT: &str = "A planner's model is asked for a list of subtasks and its reasoning. \
    On the second run it sends a string, one word, and a confidence of 9.";

/// What the model says, run by run.
const REPLIES: [&str; 2] = [
    r#"{"subtasks":["read the logs","read the metrics"],"reasoning":"Both were asked for.","confidence":0.9}"#,
    r#"{"subtasks":"read the logs, read the metrics","reasoning":"Obvious.","confidence":9}"#,
];

/// Asks for a run.
#[contract]
struct Request {
    /// Which one, from 0.
    run: usize,
}

/// What the planner has to say.
#[contract]
struct Plan {
    /// What is to be done.
    #[check(len(1..=8))]
    subtasks: Vec<String>,
    /// Why.
    #[check(len(20..))]
    reasoning: String,
    /// How sure it is.
    #[confidence]
    confidence: f64,
}

/// What was done.
#[contract]
struct Done {
    /// In a sentence.
    report: String,
}

#[agent(output = Plan, role = planner)]
async fn plan(request: Request) -> Reply {
    Reply::new(REPLIES[request.run])
}

#[agent(role = worker)]
async fn work(plan: Plan) -> Done {
    Done { report: report(plan.subtasks.len(), plan.confidence) }
}

fn report(subtasks: usize, confidence: f64) -> String {
    format!("All {subtasks} subtasks done, confidence {confidence}.")
}

pipeline! { investigate(Request) -> Done { plan => work } }

pub(crate) fn naive() -> Vec<String> {
    let runs = REPLIES.iter().zip(1..).map(|(reply, run)| {
        let plan: Value = serde_json::from_str(reply).unwrap_or_default();
        let subtasks = plan["subtasks"].as_array().cloned().unwrap_or_default();
        format!("run {run}: \"{}\"", report(subtasks.len(), plan["confidence"].as_f64().unwrap_or(1.0)))
    });
    runs.collect()
}

pub(crate) async fn with_handoff() -> Vec<String> {
    let runtime = Runtime::default();
    let mut said = Vec::new();
    for run in 0..REPLIES.len() {
        said.push(match runtime.run(investigate, Request { run }).await {
            Ok(done) => format!("run {}: \"{}\"", run + 1, done.payload.report),
            Err(error) => format!("run {}: error: {error}", run + 1),
        });
    }
    said
}
