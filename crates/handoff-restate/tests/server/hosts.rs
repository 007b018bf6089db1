//! Agents that are, and are not, where they are called.

use crate::balancer::Balancer;
use crate::notes::Notes;
use crate::program::{App, planners, question, research, runtime, workers};
use crate::{Scratch, server, until};
use handoff::prelude::*;
use handoff_restate::testing::{Host, HostError};
use handoff_restate::{ClientError, Endpoint};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// The same agent as it will be: with a contract of other fields.
mod later {
    use handoff::prelude::*;

    #[contract]
    pub(crate) struct Finding {
        pub(crate) text: String,
        pub(crate) source: String,
    }

    #[agent]
    pub(crate) async fn work(task: crate::program::Task) -> Finding {
        Finding { text: task.what, source: "a book".to_owned() }
    }
}

fn missing(refused: HostError) -> String {
    let HostError::Client(refused @ ClientError::Missing(_)) = refused else { panic!("{refused}") };
    refused.to_string()
}

#[tokio::test]
async fn a_pipeline_is_not_registered_before_its_agents() {
    let Some(server) = server() else { return };
    let planner = planners(Endpoint::new(runtime(App::default())));
    let refused = missing(server.host(planner).await.unwrap_err());
    assert!(
        refused.lines().any(|line| line == "pipeline `research` calls agent `work`, which no host has"),
        "{refused}"
    );
    let known = server.client().check(research).await.unwrap_err();
    assert!(known.to_string().contains("agent `plan`, which no host has"), "{known}");

    let planner = Host::serve(planners(Endpoint::new(runtime(App::default())))).unwrap();
    let worker = Host::serve(workers(Endpoint::new(runtime(App::default())))).unwrap();
    server.client().register(&[&planner.uri(), &worker.uri()]).await.unwrap();
    server.client().check(research).await.unwrap();
    server.client().run(research, "1", &question(&["ok"])).await.unwrap();
}

#[tokio::test]
async fn a_host_of_another_contract_is_refused_and_one_that_slips_in_is_found() {
    let Some(server) = server() else { return };
    let _host = server.host(crate::program::everything(App::default())).await.unwrap();
    let later = || Endpoint::new(Runtime::default()).agent::<later::work>();
    let refused = missing(server.host(later()).await.unwrap_err());
    assert!(refused.contains("expects `Finding` of fingerprint"), "{refused}");
    assert!(refused.contains("of agent `work`, but its host hands on `Finding` of fingerprint"), "{refused}");
    server.client().run(research, "before", &question(&["ok"])).await.unwrap();

    // As by Restate's own command line, which knows nothing of contracts.
    let host = Host::serve(later()).unwrap();
    crate::journal::admin(&server, "deployments", &serde_json::json!({ "uri": host.uri(), "force": true }))
        .await;
    let drift = server.client().run(research, "after", &question(&["ok"])).await.unwrap_err();
    let ClientError::Run(drift) = drift else { panic!("{drift}") };
    assert!(matches!(drift.kind(), ErrorKind::SchemaDrift(_)), "{drift}");
    let said = drift.to_string();
    assert!(said.contains("`work`") && said.contains("`merge`"), "{said}");
}

#[tokio::test]
async fn what_is_at_work_beside_a_drift_is_stopped() {
    let Some(server) = server() else { return };
    let scratch = Scratch::new("drift");
    let app = App::noting(scratch.path());
    let _host = server.host(crate::program::everything(app.clone())).await.unwrap();
    let client = server.client();
    client.start(research, "1", &question(&["held fails", "slow 50000"])).await.unwrap();
    let noted = |event: &str| {
        let notes = Notes::read(scratch.path()).unwrap();
        notes.iter().filter(|note| note.event == event).count()
    };
    until("both are at work", async || noted("start") == 2).await;
    let host = Host::serve(Endpoint::new(Runtime::default()).agent::<later::work>()).unwrap();
    crate::journal::admin(&server, "deployments", &serde_json::json!({ "uri": host.uri(), "force": true }))
        .await;
    // Its second attempt comes to the other host.
    app.gate.open();
    let ClientError::Run(drift) = client.attach(research, "1").await.unwrap_err() else { panic!("no drift") };
    assert!(matches!(drift.kind(), ErrorKind::SchemaDrift(_)), "{drift}");
    until("its sibling has stopped", async || noted("stop") == 1).await;
}

#[tokio::test]
async fn several_hosts_of_an_agent_are_behind_one_address() {
    let Some(server) = server() else { return };
    let scratches = [Scratch::new("left"), Scratch::new("right")];
    let hosts = scratches
        .each_ref()
        .map(|scratch| Host::serve(workers(Endpoint::new(runtime(App::noting(scratch.path()))))).unwrap());
    let balancer = Balancer::before(hosts.iter().map(Host::address).collect()).await;
    let planner = Host::serve(planners(Endpoint::new(runtime(App::default())))).unwrap();
    let client = server.client();
    client.register(&[&format!("http://{}", balancer.address()), &planner.uri()]).await.unwrap();

    let starts = || {
        scratches.each_ref().map(|scratch| {
            let notes = Notes::read(scratch.path()).unwrap();
            notes.iter().filter(|note| note.event == "start").count()
        })
    };
    client.run(research, "1", &question(&["ok"; 20])).await.unwrap();
    assert_eq!(starts(), [20, 0]);
    balancer.take_the_next();
    client.run(research, "2", &question(&["ok"; 20])).await.unwrap();
    assert_eq!(starts(), [20, 20]);
}

#[tokio::test]
async fn a_host_that_goes_away_is_called_again_when_it_is_back() {
    let Some(server) = server() else { return };
    let scratch = Scratch::new("away");
    let app = App::noting(scratch.path());
    let endpoint = || workers(Endpoint::new(runtime(app.clone())));
    let planner = Host::serve(planners(Endpoint::new(runtime(App::default())))).unwrap();
    let worker = Host::serve(endpoint()).unwrap();
    let address = worker.address();
    let client = server.client();
    client.register(&[&worker.uri(), &planner.uri()]).await.unwrap();

    client.start(research, "1", &question(&["ok", "held second", "held"])).await.unwrap();
    let notes = || Notes::read(scratch.path()).unwrap();
    let at_work = || {
        let notes = notes();
        let second = notes.iter().any(|note| note.attempt == 2);
        second && notes.iter().any(|note| note.what == "held")
    };
    until("one has ended, one is in its second attempt, one at work", async || {
        at_work() && client.progress(research, "1").await.unwrap().total().ended >= 3
    })
    .await;
    drop(worker);
    let before = notes().len();
    let _worker = restarted(address, endpoint);
    app.gate.open();
    let report = client.attach(research, "1").await.unwrap();
    assert_eq!(report.payload.text, "ok done; done in the end; done at last");

    let starts: Vec<_> = notes().split_off(before).into_iter().filter(|note| note.event == "start").collect();
    let again: BTreeSet<_> = starts.iter().map(|note| (note.attempt, note.what.as_str())).collect();
    // The first attempt, which had failed, is not made again, and so is not what had ended.
    assert_eq!(again, BTreeSet::from([(1, "held"), (2, "held second")]));
    let keys: BTreeSet<_> = notes().into_iter().map(|note| note.key).collect();
    assert_eq!(keys.len(), 3, "a call has one key over its attempts, wherever they are made");
}

/// The port may not be free at once.
pub(crate) fn restarted<S: Send + Sync + 'static>(
    address: SocketAddr,
    endpoint: impl Fn() -> Endpoint<S>,
) -> Host {
    for _ in 0..100 {
        match Host::serve_on(address, endpoint()) {
            Ok(host) => return host,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    }
    panic!("{address} stays taken")
}

#[tokio::test]
async fn a_planner_that_goes_away_goes_on_where_it_was() {
    let Some(server) = server() else { return };
    let scratch = Scratch::new("planner");
    let endpoint = || planners(Endpoint::new(runtime(App::default())));
    let app = App::noting(scratch.path());
    let worker = Host::serve(workers(Endpoint::new(runtime(app.clone())))).unwrap();
    let planner = Host::serve(endpoint()).unwrap();
    let address = planner.address();
    let client = server.client();
    client.register(&[&worker.uri(), &planner.uri()]).await.unwrap();
    client.start(research, "1", &question(&["ok", "held"])).await.unwrap();
    let notes = || Notes::read(scratch.path()).unwrap();
    until("both are at work", async || notes().iter().filter(|note| note.event == "start").count() == 2)
        .await;
    drop(planner);
    let _planner = restarted(address, endpoint);
    app.gate.open();
    let report = client.attach(research, "1").await.unwrap();
    assert_eq!(report.payload.text, "ok done; done at last");
    assert_eq!(notes().iter().filter(|note| note.event == "start").count(), 2);
}
