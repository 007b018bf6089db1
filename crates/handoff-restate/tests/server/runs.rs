//! Runs come to what they come to on tokio, and are known by their ids.

use crate::program::{App, Question, Report, everything, question, runtime};
use crate::program::{in_time, in_turn, research, some, some_in_turn};
use crate::{server, until};
use handoff::prelude::*;
use handoff_restate::testing::Server;
use handoff_restate::{ClientError, Started};

/// All that can be told of an outcome, but for the id of its trace.
fn told<T: Contract>(outcome: &Result<Envelope<T>, PipelineError>) -> String {
    let (json, trace_id) = match outcome {
        Ok(envelope) => (envelope.to_json().unwrap(), envelope.trace_id),
        Err(error) => (error.to_json(), error.trace_id()),
    };
    json.replace(&trace_id.to_string(), "…")
}

fn of_run<T>(outcome: Result<T, ClientError>) -> Result<T, PipelineError> {
    outcome.map_err(|error| match error {
        ClientError::Run(error) => *error,
        error => panic!("{error}"),
    })
}

/// Runs a pipeline by this name on the server and on tokio.
macro_rules! same {
    ($server:expr, $id:expr, $pipeline:ident, $tasks:expr) => {{
        let (runtime, client, tasks) = (runtime(App::default()), $server.client(), question(&$tasks));
        let here = runtime.run($pipeline, question(&$tasks));
        let (here, there) = tokio::join!(here, client.run($pipeline, $id, &tasks));
        assert_eq!(told(&of_run(there)), told(&here), "{}", $id);
    }};
}

#[tokio::test]
async fn a_run_comes_to_what_it_comes_to_on_tokio() {
    let Some(server) = server() else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    same!(server, "well", research, ["ok", "slow 100", "warn", "ok"]);
    same!(server, "again", research, ["ok", "fails 1"]);
    same!(server, "nothing", research, [""; 0]);
    same!(server, "failed", in_turn, ["ok", "fail"]);
    same!(server, "panicked", research, ["panic"]);
    same!(server, "broken", research, ["long"]);
    same!(server, "tolerated", some, ["ok", "fail", "warn", "panic"]);
    same!(server, "too few", some_in_turn, ["ok", "fail", "long"]);
    same!(server, "late", in_time, ["ok", "held", "fail"]);
}

#[tokio::test]
async fn an_id_is_one_run() {
    let Some(server) = server() else { return };
    let app = App::default();
    let _host = server.host(everything(app.clone())).await.unwrap();
    let client = server.client();
    let (id, input) = ("2026/11 ü?", question(&["held", "ok"]));

    let unknown = client.attach(research, id).await.unwrap_err();
    assert_eq!(unknown.to_string(), format!("pipeline `research` has no run `{id}`"));
    let unknown = client.progress(research, id).await.unwrap_err();
    assert!(matches!(unknown, ClientError::Unknown { .. }), "{unknown}");

    assert_eq!(client.start(research, id, &input).await.unwrap(), Started::Now);
    assert_eq!(client.start(research, id, &input).await.unwrap(), Started::Before);
    assert!(client.result(research, id).await.unwrap().is_none());
    until("its progress is shown", async || {
        let progress = client.progress(research, id).await.unwrap();
        let Some(work) = progress.agents.get("work") else { return false };
        progress.agents["plan"].ended == 1 && work.called == 2 && work.ended == 1
    })
    .await;

    app.gate.open();
    let attached = client.attach(research, id).await.unwrap();
    assert_eq!(attached.payload.text, "done at last; ok done");
    // Another input is not looked at: the run of this id has ended.
    let same = client.run(research, id, &question(&["fail"])).await.unwrap();
    assert_eq!((same.trace_id, same.payload.text), (attached.trace_id, attached.payload.text));
    assert_eq!(client.result(research, id).await.unwrap().unwrap().payload.parts, 2);
    let total = client.progress(research, id).await.unwrap().total();
    assert_eq!((total.called, total.ended), (4, 4));

    let other = client.run(research, "another", &question(&["ok"])).await.unwrap();
    assert_ne!(other.trace_id, same.trace_id);
}

#[tokio::test]
async fn a_run_can_be_part_of_something_else() {
    let Some(server) = server() else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    let parent: TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
    let client = server.client().traceparent(parent);
    let report = client.run(research, "traced", &question(&["ok"])).await.unwrap();
    assert_eq!(report.trace_id, parent.trace_id());
}

#[tokio::test]
async fn an_input_that_breaks_its_contract_is_refused_with_all_that_is_wrong() {
    let Some(server) = server() else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    let wrong = Question { text: String::new(), tasks: vec![String::new(); 201] };
    let refused = server.client().run(research, "wrong", &wrong).await.unwrap_err();
    let ClientError::Run(error) = refused else { panic!("{refused}") };
    let ErrorKind::Contract(violation) = error.kind() else { panic!("{error}") };
    assert_eq!(violation.violations()[0].pointer.to_string(), "/tasks");
    assert_eq!((error.pipeline(), error.agent()), ("research", "plan"));
}

async fn reachable(server: &Server) -> bool {
    server.client().result(research, "nobody's").await.is_err_and(|error| !error.is_unreachable())
}

#[tokio::test]
async fn a_run_outlives_the_server() {
    let Some(mut server) = server() else { return };
    let app = App::default();
    let _host = server.host(everything(app.clone())).await.unwrap();
    let client = server.client();
    client.start(research, "1", &question(&["ok", "held"])).await.unwrap();
    until("a task has ended", async || {
        client.progress(research, "1").await.is_ok_and(|progress| progress.total().ended == 2)
    })
    .await;
    server.kill().unwrap();
    let gone = client.attach(research, "1").await.unwrap_err();
    assert!(gone.is_unreachable(), "{gone}");
    server.restart().unwrap();
    until("the server is back", async || reachable(&server).await).await;
    app.gate.open();
    let report: Envelope<Report> = client.attach(research, "1").await.unwrap();
    assert_eq!(report.payload.text, "ok done; done at last");
}

#[tokio::test]
async fn what_is_cancelled_stops_wherever_it_is() {
    let Some(server) = server() else { return };
    let scratch = crate::Scratch::new("cancelled");
    let _host = server.host(everything(App::noting(scratch.path()))).await.unwrap();
    let client = server.client();
    client.start(research, "1", &question(&["held", "held"])).await.unwrap();
    let notes = || crate::notes::Notes::read(scratch.path()).unwrap();
    until("both are at work", async || notes().len() == 2).await;
    client.cancel(research, "1").await.unwrap();
    let stopped = of_run(client.attach(research, "1").await).unwrap_err();
    assert!(matches!(stopped.kind(), ErrorKind::Cancelled { .. }), "{stopped}");
    let stopped = || notes().iter().filter(|note| note.event == "stop").count();
    until("both have stopped", async || stopped() == 2).await;
    assert_eq!(notes().len(), 4, "{:?}", notes());
    client.cancel(research, "1").await.unwrap();
}
