//! What observers of hosts are told, as the documentation of the crate says it.

use crate::hosts::restarted;
use crate::notes::Notes;
use crate::program::{App, Gate, planners, question, research, work};
use crate::{Scratch, server, until};
use handoff::prelude::*;
use handoff::{Event, Observer, TraceId};
use handoff_restate::Endpoint;
use handoff_restate::testing::{Host, Server};
use std::sync::{Arc, Mutex};

/// Notes what it is told: runs, handoffs and attempts.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        let line = match event {
            Event::RunStarted { .. } => "run".to_owned(),
            Event::RunResumed { .. } => "resumed".to_owned(),
            Event::RunEnded { .. } => "run ends".to_owned(),
            Event::Handoff { source, target, .. } => format!("{} -> {}", source.name, target.name),
            Event::AttemptStarted { agent, .. } => agent.name.to_string(),
            Event::AttemptEnded { agent, .. } => format!("{} ends", agent.name),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A server, a host of `work` whose observer is heard, and one of all else.
struct Hosts {
    server: Server,
    scratch: Scratch,
    gate: Gate,
    planner: Option<Host>,
    heard: Heard,
    worker: Host,
    heard_of_work: Heard,
}

impl Hosts {
    async fn start(name: &str) -> Option<Self> {
        let server = server()?;
        let scratch = Scratch::new(name);
        let app = App::noting(scratch.path());
        let (heard, heard_of_work) = (Heard::default(), Heard::default());
        let observed = Runtime::builder().state(app.clone()).observer(heard_of_work.clone()).build();
        let worker = Host::serve(Endpoint::new(observed).agent::<work>()).unwrap();
        let planner = Host::serve(planner(&heard)).unwrap();
        server.client().register(&[&worker.uri(), &planner.uri()]).await.unwrap();
        let planner = Some(planner);
        Some(Self { server, scratch, gate: app.gate, planner, heard, worker, heard_of_work })
    }

    async fn noted(&self, event: &str, times: usize) {
        until(event, async || {
            let notes = Notes::read(self.scratch.path()).unwrap();
            notes.iter().filter(|note| note.event == event).count() == times
        })
        .await;
    }

    /// The planner goes away, and is back after this. What it told before is returned.
    async fn away(&mut self, meanwhile: impl AsyncFnOnce(&Self)) -> Vec<String> {
        let address = self.planner.take().unwrap().address();
        let is_over = async || self.heard.0.lock().unwrap().iter().any(|line| line == "run ends");
        until("it has stopped", is_over).await;
        let told = self.heard.take();
        meanwhile(self).await;
        self.planner = Some(restarted(address, || planner(&self.heard)));
        told
    }
}

fn planner(heard: &Heard) -> Endpoint<App> {
    planners(Endpoint::new(Runtime::builder().state(App::default()).observer(heard.clone()).build()))
}

/// Of a run of one task, in two parts: until that is at work, and from its end.
const BEGINNING: [&str; 3] = ["run", "caller -> plan", "plan"];
const PLANNED: [&str; 4] = ["plan -> work", "plan ends", "plan -> work", "work"];
const WORKED: [&str; 4] = ["work -> merge", "work ends", "work -> merge", "merge"];
const MERGED: [&str; 3] = ["merge -> caller", "merge ends", "run ends"];

#[tokio::test]
async fn the_host_of_a_pipeline_tells_all_of_a_run_and_that_of_an_agent_nothing_of_it() {
    let Some(hosts) = Hosts::start("told").await else { return };
    hosts.server.client().run(research, "1", &question(&["ok"])).await.unwrap();
    assert_eq!(hosts.heard.take(), [&BEGINNING[..], &PLANNED, &WORKED, &MERGED].concat());
    assert_eq!(hosts.heard_of_work.take(), [] as [String; 0]);
    drop(hosts.worker);
}

#[tokio::test]
async fn a_host_that_goes_on_with_a_run_tells_its_beginning_again_and_then_what_is_new() {
    let Some(mut hosts) = Hosts::start("again").await else { return };
    let client = hosts.server.client();
    client.start(research, "1", &question(&["held"])).await.unwrap();
    hosts.noted("start", 1).await;
    let before = hosts.away(async |_| ()).await;
    assert_eq!(before, [&BEGINNING[..], &PLANNED, &["work ends", "run ends"]].concat());
    until("it is gone on with", async || hosts.heard.0.lock().unwrap().len() >= BEGINNING.len()).await;
    hosts.gate.open();
    client.attach(research, "1").await.unwrap();
    assert_eq!(hosts.heard.take(), [&BEGINNING[..], &WORKED, &MERGED].concat());
}

#[tokio::test]
async fn nobody_tells_what_ended_while_no_host_had_the_run() {
    let Some(mut hosts) = Hosts::start("nobody").await else { return };
    let client = hosts.server.client();
    client.start(research, "1", &question(&["held"])).await.unwrap();
    hosts.noted("start", 1).await;
    let ended = async |hosts: &Hosts| {
        hosts.gate.open();
        hosts.noted("end", 1).await;
        let client = hosts.server.client();
        let has = async || client.progress(research, "1").await.unwrap().total().ended == 2;
        until("the server has it", has).await;
    };
    hosts.away(ended).await;
    client.attach(research, "1").await.unwrap();
    assert_eq!(hosts.heard.take(), [&BEGINNING[..], &MERGED].concat());
}
