//! Runs that are ended from outside while a join is under way.

use super::support::{Log, Probe, on_both, paused};
use handoff::prelude::*;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Takes so many seconds.
#[agent(timeout = "none")]
async fn nap(seconds: u64, State(probe): State<Probe>) -> u64 {
    let guard = probe.enter();
    sleep(Duration::from_secs(seconds)).await;
    guard.end();
    seconds
}

#[agent(timeout = "none")]
async fn hang(_: u64, State(probe): State<Probe>) -> String {
    let _guard = probe.enter();
    std::future::pending().await
}

#[agent]
async fn together(both: (u64, String)) -> u64 {
    both.0
}

pipeline! { pub joined(u64) -> u64 { join(nap, hang) => together } }
pipeline! { pub outer(u64) -> u64 { join(nap, held) => together } }
pipeline! { pub held(u64) -> String { join(nap, hang) => apart } }

#[agent]
async fn apart(both: (u64, String)) -> String {
    both.1
}

/// In seconds: one branch has ended when the run is ended, or none has.
const AT_ONCE: u64 = 0;
const AN_HOUR: u64 = 3600;

fn setup() -> (Runtime<Probe>, Probe, Log) {
    let (probe, log) = (Probe::default(), Log::default());
    (Runtime::builder().state(probe.clone()).observer(log.clone()).build(), probe, log)
}

/// The branch that is left is named; where many are, it is one of them.
fn names_who_was_at_work(error: &PipelineError, seconds: u64) {
    assert_eq!(error.task(), None, "a branch has no index: {error}");
    assert!(error.agent() == "hang" || (seconds == AN_HOUR && error.agent() == "nap"), "{error}");
}

#[test]
fn at_the_deadline_of_the_run_all_branches_are_stopped() {
    paused().block_on(async {
        let (runtime, probe, log) = setup();
        for seconds in [AT_ONCE, AN_HOUR] {
            let started = Instant::now();
            let run = runtime.run(joined, seconds).deadline(Duration::from_secs(30));
            let error = run.await.expect_err("too long");
            assert!(matches!(error.kind(), ErrorKind::Deadline { whose: DeadlineOf::Run, .. }), "{error}");
            assert_eq!((started.elapsed().as_secs(), error.pipeline()), (30, "joined"));
            names_who_was_at_work(&error, seconds);
            assert_eq!(probe.alive(), 0);
            assert_eq!(log.lines().last().map(String::as_str), Some("end deadline"));
        }
        // One below another.
        let run = runtime.run(outer, AN_HOUR).deadline(Duration::from_secs(30));
        names_who_was_at_work(&run.await.expect_err("too long"), AN_HOUR);
        assert_eq!((probe.started(), probe.alive()), (7, 0));
    });
}

#[test]
fn a_cancel_stops_all_branches() {
    async fn cancelled_at(seconds: u64, at: impl AsyncFnOnce(&Probe)) {
        let (runtime, probe, log) = setup();
        let run = runtime.run(joined, seconds);
        let handle = run.cancel_handle();
        let cancel = async {
            at(&probe).await;
            handle.cancel();
        };
        let (done, ()) = tokio::join!(run, cancel);
        let error = done.expect_err("cancelled");
        assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }), "{error}");
        names_who_was_at_work(&error, seconds);
        assert_eq!(probe.alive(), 0);
        assert_eq!(log.lines().last().map(String::as_str), Some("end cancelled"));
    }
    for seconds in [AT_ONCE, AN_HOUR] {
        paused().block_on(cancelled_at(seconds, async |_| sleep(Duration::from_millis(50)).await));
    }
    on_both(|| cancelled_at(AN_HOUR, async |probe| probe.has_started(2).await));
    on_both(|| {
        cancelled_at(AT_ONCE, async |probe| {
            assert!(probe.comes_to(|probe| (probe.started(), probe.ended()) == (2, 1)).await, "{probe:?}");
        })
    });
}

#[test]
fn a_shutdown_stops_all_branches_after_the_grace() {
    for seconds in [AT_ONCE, AN_HOUR] {
        paused().block_on(async {
            let (runtime, probe, _) = setup();
            let run = tokio::spawn(runtime.run(joined, seconds));
            sleep(Duration::from_secs(1)).await;
            let started = Instant::now();
            let shutdown = runtime.shutdown(Duration::from_secs(10)).await;
            assert_eq!((shutdown.ended, shutdown.cancelled, shutdown.left), (0, 1, 0));
            assert_eq!((started.elapsed().as_secs(), probe.alive()), (10, 0));
            let error = run.await.expect("no panic").expect_err("cancelled");
            assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }), "{error}");
            names_who_was_at_work(&error, seconds);
        });
    }
}
