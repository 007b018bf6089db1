//! Against what a server answers.

use super::*;
use handoff::prelude::*;
use serde_json::{Value, json};

#[contract]
pub(crate) struct Task {
    pub(crate) text: String,
}

#[contract]
pub(crate) struct Finding {
    pub(crate) text: String,
}

#[agent]
async fn split(text: String) -> Vec<Task> {
    vec![Task { text }]
}

#[agent]
async fn search(task: Task) -> Finding {
    Finding { text: task.text }
}

#[agent]
async fn check(finding: Finding) -> Finding {
    finding
}

#[agent(role = critic, tools(look_up))]
async fn merge(findings: Vec<Finding>, _cx: Context) -> String {
    findings.into_iter().map(|finding| finding.text).collect()
}

/// Is called by `merge`, on its host.
#[agent]
async fn look_up(word: String) -> String {
    word
}

pipeline! { pub(crate) inner(Task) -> Finding { search => check } }
pipeline! { pub(crate) study(String) -> String { split => fan_out(|tasks| tasks) inner => barrier(all) => merge } }

/// A service, as `GET /services` lists it.
fn service(name: &str, metadata: &Value) -> Value {
    json!({ "name": name, "handlers": [], "ty": "Service", "deployment_id": "dp_1", "metadata": metadata })
}

fn agent(called: &Called) -> Value {
    service(&called.name, &json!({ ROLE: "worker", INPUT: called.input, OUTPUT: called.output }))
}

fn services(listed: &[Value]) -> Services {
    Services::read(&json!({ "services": listed }).to_string()).unwrap()
}

fn said(services: &Services) -> Vec<String> {
    services.missing().iter().map(ToString::to_string).collect()
}

fn pipeline(called: &[Called]) -> Value {
    service("study", &json!({ INPUT: "String 1", OUTPUT: "String 1", CALLS: Called::to_json(called) }))
}

#[test]
fn a_pipeline_calls_the_agents_of_its_stages_and_not_those_that_agents_call() {
    let called = Called::by(&study.describe());
    let names: Vec<_> = called.iter().map(|called| called.name.as_str()).collect();
    assert_eq!(names, ["check", "merge", "search", "split"]);
    assert_eq!(called[2].input, format!("Task {}", Task::fingerprint()));
}

#[test]
fn nothing_is_missing_where_each_agent_is_as_it_is_called() {
    let called = Called::by(&study.describe());
    let mut listed: Vec<_> = called.iter().map(agent).collect();
    listed.push(pipeline(&called));
    // Of a service that has nothing to do with it.
    listed.push(json!({ "name": "Greeter", "handlers": [] }));
    assert_eq!(said(&services(&listed)), [""; 0]);
}

#[test]
fn an_agent_without_a_host_is_named() {
    let called = Called::by(&study.describe());
    let mut listed: Vec<_> = called.iter().skip(1).map(agent).collect();
    listed.push(pipeline(&called));
    assert_eq!(said(&services(&listed)), ["pipeline `study` calls agent `check`, which no host has"]);
}

#[test]
fn an_agent_of_another_contract_is_named_with_both() {
    let called = Called::by(&study.describe());
    let mut others = called.clone();
    others[2].input = "Task 0123".to_owned();
    others[1].output = "(String, u8) 4567".to_owned();
    let mut listed: Vec<_> = others.iter().map(agent).collect();
    listed.push(pipeline(&called));
    let services = services(&listed);
    assert!(services.missing().iter().all(Missing::is_drift));
    assert_eq!(
        said(&services),
        [
            format!(
                "pipeline `study` expects `String` of fingerprint {} of agent `merge`, but its host hands on \
                 `(String, u8)` of fingerprint 4567",
                String::fingerprint()
            ),
            format!(
                "pipeline `study` hands agent `search` `Task` of fingerprint {}, but its host takes `Task` of \
                 fingerprint 0123",
                Task::fingerprint()
            ),
        ]
    );
}

#[test]
fn a_service_that_happens_to_have_the_name_is_no_agent() {
    let called = Called::by(&inner.describe());
    let listed = [service("check", &json!({})), agent(&called[1]), pipeline(&called)];
    assert_eq!(
        said(&services(&listed)),
        ["pipeline `study` calls agent `check`, but the service of that name is not an agent"]
    );
}

#[test]
fn what_is_registered_anew_takes_the_place_of_what_was() {
    let called = Called::by(&inner.describe());
    let mut older = called.clone();
    older[0].input = "Finding 0".to_owned();
    let mut known = services(&[agent(&older[0]), agent(&older[1]), pipeline(&called)]);
    assert_eq!(said(&known).len(), 1);
    known.extend(services(&[agent(&called[0])]));
    assert_eq!(said(&known), [""; 0]);
}
