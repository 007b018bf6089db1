//! Restate suspends what is silent: a workflow goes on from that, and an agent must not be.

use crate::notes::Notes;
use crate::program::{App, counted, everything, question, research};
use crate::{Scratch, server_with};
use handoff::prelude::*;

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
