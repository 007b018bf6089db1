//! What is compared with it.

use handoff::prelude::*;
use handoff_restate::Endpoint;

#[contract]
pub(crate) struct Question {
    pub(crate) text: String,
    #[check(len(..=2000))]
    pub(crate) tasks: Vec<String>,
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct Task {
    #[check(len(1..=64))]
    pub(crate) id: String,
    pub(crate) what: String,
    #[check(range(1..=5))]
    pub(crate) priority: u8,
}

#[contract]
pub(crate) struct Plan {
    #[check(len(..=2000))]
    pub(crate) tasks: Vec<Task>,
    #[confidence]
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct Finding {
    pub(crate) id: String,
    #[check(len(1..=400))]
    pub(crate) text: String,
}

#[contract]
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) parts: usize,
}

#[agent(role = planner)]
async fn plan(question: Question) -> Plan {
    let Question { tasks, confidence, .. } = question;
    let tasks = tasks.into_iter().enumerate();
    let tasks = tasks.map(|(index, what)| Task { id: format!("t{index}"), what, priority: 1 }).collect();
    Plan { tasks, confidence }
}

#[agent]
async fn work(task: Task) -> Finding {
    let Task { id, what, .. } = task;
    Finding { id, text: format!("did {what}") }
}

#[agent(role = aggregator)]
async fn merge(findings: Vec<Finding>) -> Report {
    let text: Vec<_> = findings.iter().map(|finding| finding.text.as_str()).collect();
    Report { text: text.join("; "), parts: findings.len() }
}

pipeline! { pub(crate) research(Question) -> Report {
    plan => gate(confidence >= 0.6) => fan_out(tasks) work => barrier(all) => merge
} }

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::new(Runtime::default()).agent::<plan>().agent::<work>().agent::<merge>().pipeline(research)
}
