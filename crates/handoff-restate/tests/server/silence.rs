//! Restate suspends what is silent: a workflow goes on from that, and an agent must not be.

use crate::notes::Notes;
use crate::program::{App, counted, everything, question, research};
use crate::{Scratch, server_with};
use handoff::prelude::*;
use handoff_restate::Endpoint;
use std::time::Duration;

/// By default a minute.
const IMPATIENT: &[(&str, &str)] = &[("RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT", "100ms")];

#[tokio::test]
async fn an_agent_may_be_silent_for_as_long_as_its_timeout() {
    let Some(server) = server_with(IMPATIENT) else { return };
    let scratch = Scratch::new("silent");
    let _host = server.host(everything(App::noting(scratch.path()))).await.unwrap();
    let report = server.client().run(research, "1", &question(&["slow 2000"])).await.unwrap();
    assert_eq!(report.payload.text, "slowly done");
    let events: Vec<_> = Notes::read(scratch.path()).unwrap().into_iter().map(|note| note.event).collect();
    assert_eq!(events, ["start", "end"]);
}

/// At each answer it is replayed from its beginning, and has to come to the same, byte for byte.
#[tokio::test]
async fn a_workflow_that_is_suspended_is_the_same_at_each_replay() {
    let Some(server) = server_with(IMPATIENT) else { return };
    let _host = server.host(everything(App::default())).await.unwrap();
    let tasks = ["ok", "slow 300", "fails 1", "slow 600", "slow second 400"];
    let report: Envelope<_> = server.client().run(counted, "1", &question(&tasks)).await.unwrap();
    assert_eq!(report.payload.text, "13 words, 9 of them different");
}

/// How many seconds it may take.
#[agent(timeout = "2h")]
async fn left(_: u64, cx: Context) -> u64 {
    tokio::time::sleep(Duration::from_millis(300)).await;
    cx.time_left().unwrap_or_default().as_secs()
}

pipeline! { pub(crate) deadline(u64) -> u64 { left => left } }

#[tokio::test]
async fn agents_know_the_deadline_of_a_run_that_is_driven_elsewhere() {
    let Some(server) = server_with(IMPATIENT) else { return };
    let limits = Limits::default().deadline(Duration::from_hours(1));
    let planner = Runtime::builder().limits(limits).build();
    let host = Endpoint::new(Runtime::default()).agent::<left>();
    let _worker = server.host(host).await.unwrap();
    let _planner = server.host(Endpoint::new(planner).pipeline(deadline)).await.unwrap();
    let left = server.client().run(deadline, "1", &0).await.unwrap().payload;
    assert!((3_300..3_600).contains(&left), "{left} s");
}
