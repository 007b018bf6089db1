//! What Restate is told, and what it says of a program that is not the same twice.

use crate::program::{App, clocked, everything, question};
use crate::{server, server_with, until};
use handoff_restate::testing::Server;
use serde_json::{Value, json};
use std::process::Command;

/// Asks the admin API, which the client has no word for.
pub(crate) async fn admin(server: &Server, path: &str, body: &Value) -> Value {
    let url = format!("{}/{path}", server.admin());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail-with-body", "--header", "accept: application/json"]);
    if !body.is_null() {
        curl.args(["--header", "content-type: application/json", "--data", &body.to_string()]);
    }
    let output = tokio::task::spawn_blocking(move || curl.arg(url).output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Has the server do something to an invocation: `cancel` it, or `kill` it.
pub(crate) async fn invocation(server: &Server, id: &str, what: &str) {
    let url = format!("{}/invocations/{id}/{what}", server.admin());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail-with-body", "--request", "PATCH", &url]);
    let output = tokio::task::spawn_blocking(move || curl.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn restate_knows_how_to_treat_agents_and_pipelines() {
    let Some(server) = server() else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    let work = admin(&server, "services/work", &Value::Null).await;
    assert_eq!(work["public"], false);
    assert_eq!(work["metadata"]["handoff.role"], "worker");
    let shown = work.to_string();
    assert!(shown.contains("inactivity_timeout"), "{shown}");
    let research = admin(&server, "services/research", &Value::Null).await;
    assert_eq!((&research["public"], &research["ty"]), (&json!(true), &json!("Workflow")));
    assert_eq!(research["workflow_completion_retention"], "7d", "{research}");
}

#[tokio::test]
async fn agents_cannot_be_called_from_outside() {
    let Some(server) = server() else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    let url = format!("{}/plan/call", server.ingress());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--json", "{}", "--output", "/dev/null", "--write-out", "%{http_code}", &url]);
    let output = tokio::task::spawn_blocking(move || curl.output()).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "400");
}

#[tokio::test]
async fn a_closure_that_reads_a_clock_is_found_and_the_run_does_not_end_in_it() {
    let Some(server) = server_with(&[("RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT", "100ms")]) else {
        return;
    };
    let _host = server.host(everything(App::default())).await.unwrap();
    let client = server.client();
    client.start(clocked, "1", &question(&["ok"])).await.unwrap();
    let query = "SELECT last_failure FROM sys_invocation WHERE target_service_name = 'clocked'";
    until("Restate finds a mismatch", async || {
        let rows = client.query(query).await.unwrap();
        rows.iter().any(|row| row.to_string().contains("mismatch"))
    })
    .await;
    assert!(client.result(clocked, "1").await.unwrap().is_none());
}
