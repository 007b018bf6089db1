//! Calls that Restate ends itself, or that no agent answers: how a run fails by them.

use crate::journal::{admin, invocation};
use crate::notes::Notes;
use crate::program::{App, Report, everything, planners, question, research, runtime, tolerant, workers};
use crate::{Scratch, server, until};
use handoff::durable::JournalError;
use handoff::prelude::*;
use handoff_restate::testing::{Host, Server};
use handoff_restate::{Client, ClientError, Endpoint};
use restate_sdk::http_server::HttpServer;
use restate_sdk::prelude::{HandlerResult, Json, TerminalError};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The invocation of the task that is held, of two: once as many have begun as this, it is the only one that stays at work.
async fn at_work(client: &Client, scratch: &Scratch, begun: usize) -> String {
    until("both have begun", async || starts(scratch) == begun).await;
    let query = "SELECT id FROM sys_invocation WHERE target_service_name = 'work' AND status = 'running'";
    let mut ids = Vec::new();
    until("one is at work", async || {
        ids = client.query(query).await.unwrap();
        ids.len() == 1
    })
    .await;
    ids[0]["id"].as_str().unwrap().to_owned()
}

fn of_run(failed: ClientError) -> PipelineError {
    let ClientError::Run(error) = failed else { panic!("{failed}") };
    *error
}

fn starts(scratch: &Scratch) -> usize {
    Notes::read(scratch.path()).unwrap().iter().filter(|note| note.event == "start").count()
}

#[tokio::test]
async fn a_call_that_is_ended_beside_its_run_has_failed_and_its_siblings_have_not() {
    let Some(server) = server() else { return };
    let scratch = Scratch::new("beside");
    let _host = server.host(everything(App::noting(scratch.path()))).await.unwrap();
    let client = server.client();
    for (number, what) in ["cancel", "kill"].into_iter().enumerate() {
        client.start(tolerant, what, &question(&["ok", "held"])).await.unwrap();
        let begun = 2 * (number + 1);
        let id = at_work(&client, &scratch, begun).await;
        invocation(&server, &id, what).await;
        let report: Envelope<Report> = client.attach(tolerant, what).await.unwrap();
        assert_eq!(report.payload.text, "ok done");
        let warned = report.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(warned.contains(&format!("its invocation {id} has ended with 409")), "{warned}");
        // It has retries, and this is no failure for them.
        assert_eq!(starts(&scratch), begun);
    }

    client.start(research, "1", &question(&["ok", "held"])).await.unwrap();
    invocation(&server, &at_work(&client, &scratch, 6).await, "kill").await;
    let error = of_run(client.attach(research, "1").await.unwrap_err());
    assert_eq!((error.agent(), error.kind().as_str()), ("work", "journal"), "{error}");
    let ErrorKind::Journal(refused) = error.kind() else { panic!("{error}") };
    assert!(matches!(**refused, JournalError::Refused { .. }), "{error}");
    assert!(error.to_string().ends_with("mend that, and run under another id"), "{error}");
}

/// Has the name of an agent, and is none.
struct Impostor;

#[allow(clippy::unused_async)] // as the SDK wants it
#[restate_sdk::service(name = "work")]
impl Impostor {
    #[handler]
    async fn call(
        &self,
        _ctx: restate_sdk::context::Context<'_>,
        asked: Json<Value>,
    ) -> HandlerResult<Json<Value>> {
        match asked.into_inner().pointer("/handed/payload/what") {
            Some(Value::String(what)) if what == "refuse" => {
                Err(TerminalError::new_with_code(418, "it is a teapot\nand a payload").into())
            }
            _ => Ok(Json(json!({ "answer": 42 }))),
        }
    }
}

#[tokio::test]
async fn a_service_that_is_no_agent_fails_the_run_and_is_not_asked_again() {
    let Some(server) = server() else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let endpoint = restate_sdk::endpoint::Endpoint::builder().bind(Impostor).build();
    tokio::spawn(HttpServer::new(endpoint).serve_with_cancel(listener, std::future::pending::<()>()));
    admin(&server, "deployments", &json!({ "uri": uri, "force": true })).await;

    let client = server.client();
    let refused = of_run(client.run(research, "1", &question(&["refuse"])).await.unwrap_err());
    let line = refused.to_string();
    assert!(line.contains("has ended with 418, `it is a teapot`;"), "{line}");
    assert_eq!((refused.agent(), refused.kind().as_str()), ("work", "journal"));
    let other = of_run(client.run(research, "2", &question(&["ok"])).await.unwrap_err());
    assert!(
        other.to_string().contains("has answered what no agent of this version of handoff does"),
        "{other}"
    );
    let query = "SELECT id FROM sys_invocation WHERE target_service_name = 'work'";
    assert_eq!(client.query(query).await.unwrap().len(), 2);
}

async fn last_failure(server: &Server) -> String {
    let query = "SELECT last_failure FROM sys_invocation WHERE last_failure IS NOT NULL";
    let rows = server.client().query(query).await.unwrap();
    rows.iter().map(ToString::to_string).collect()
}

/// These are no ends: whoever puts it right has the run go on.
#[tokio::test]
async fn a_service_that_nobody_has_is_waited_for() {
    let Some(server) = server() else { return };
    let planner = Host::serve(planners(Endpoint::new(runtime(App::default())))).unwrap();
    admin(&server, "deployments", &json!({ "uri": planner.uri() })).await;
    let client = server.client();
    client.start(research, "1", &question(&["ok"])).await.unwrap();
    until("the server says so", async || last_failure(&server).await.contains("work")).await;
    assert!(client.result(research, "1").await.unwrap().is_none());
    let _worker = server.host(workers(Endpoint::new(runtime(App::default())))).await.unwrap();
    assert_eq!(client.attach(research, "1").await.unwrap().payload.text, "ok done");
}
