//! What of a run depends on when its future is polled, and what does not.

use super::support::{Log, Probe, paused};
use handoff::prelude::*;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{advance, sleep};

/// Takes so many seconds.
#[agent(timeout = "none")]
async fn nap(seconds: u64, State(probe): State<Probe>) -> u64 {
    let guard = probe.enter();
    sleep(Duration::from_secs(seconds)).await;
    guard.end();
    seconds
}

/// Keeps its thread until the clock has gone so far.
#[agent(timeout = "none")]
async fn block(seconds: u64) -> Result<u64, &'static str> {
    // The clock goes with the first poll; it is the second for which others would have their turn.
    let mut jump = pin!(advance(Duration::from_secs(seconds)));
    poll_fn(|cx| {
        let _ = jump.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
    if seconds > 10 { Err("too much") } else { Ok(seconds) }
}

#[agent]
async fn most(naps: Vec<u64>) -> u64 {
    naps.into_iter().max().unwrap_or_default()
}

/// Counts its clones.
#[derive(Debug, Default)]
pub struct Client {
    clones: Arc<AtomicUsize>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        self.clones.fetch_add(1, SeqCst);
        Self { clones: Arc::clone(&self.clones) }
    }
}

#[derive(Clone, FromRef)]
pub struct App {
    client: Client,
}

#[agent(retries = 2, backoff = "none")]
async fn ask(_: u64, State(_): State<Client>) -> Result<u64, &'static str> {
    Err("no answer")
}

pipeline! { plainly(u64) -> u64 { nap } }
pipeline! { in_tasks(Vec<u64>) -> u64 { fan_out(|naps| naps) nap => barrier(all) => most } }
pipeline! { three_at_once(Vec<u64>) -> u64 { fan_out(|naps| naps, concurrency = 3) nap => barrier(all) => most } }
pipeline! { blocked(u64) -> u64 { block } }
pipeline! { asked(u64) -> u64 { ask } }

async fn once<F: Future>(mut future: Pin<&mut F>) {
    poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

fn setup() -> (Runtime<Probe>, Probe, Log) {
    let (probe, log) = (Probe::default(), Log::default());
    (Runtime::builder().state(probe.clone()).observer(log.clone()).build(), probe, log)
}

#[test]
fn what_is_said_of_a_run_that_has_been_polled_has_no_effect() {
    paused().block_on(async {
        let (runtime, ..) = setup();
        let mut run = runtime.run(plainly, 50);
        let trace = run.trace_id();
        once(pin!(&mut run)).await;
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().expect("one");
        let run = run.deadline(Duration::from_secs(1)).traceparent(parent);
        assert_eq!(run.trace_id(), trace);
        let done = run.await.expect("it has time");
        assert_eq!((done.payload, done.trace_id), (50, trace));
    });
}

#[test]
fn a_run_with_tasks_goes_on_while_nobody_polls_it_and_goes_with_its_future() {
    paused().block_on(async {
        let (runtime, probe, _) = setup();
        let mut run = Box::pin(runtime.run(in_tasks, vec![1, 2]));
        once(run.as_mut()).await;
        sleep(Duration::from_secs(5)).await;
        assert_eq!(probe.ended(), 2);
        assert_eq!(run.await.expect("it is done").payload, 2);

        let mut run = Box::pin(runtime.run(in_tasks, vec![1, 2]));
        once(run.as_mut()).await;
        sleep(Duration::from_millis(500)).await;
        assert_eq!(probe.alive(), 2);
        drop(run);
        sleep(Duration::from_millis(1)).await;
        assert_eq!((probe.alive(), probe.ended()), (0, 2));
        // One without is where it is polled.
        let mut run = Box::pin(runtime.run(plainly, 1));
        once(run.as_mut()).await;
        sleep(Duration::from_secs(5)).await;
        assert_eq!(probe.ended(), 2);
        drop(run);
        assert_eq!(probe.alive(), 0);
    });
}

#[test]
fn whatever_an_agent_comes_to_after_the_deadline_is_late() {
    paused().block_on(async {
        for seconds in [5, 50] {
            let run = Runtime::default().run(blocked, seconds).deadline(Duration::from_secs(1));
            let error = run.await.expect_err("it is late");
            assert!(matches!(error.kind(), ErrorKind::Deadline { whose: DeadlineOf::Run, .. }), "{error}");
        }
        let error = Runtime::default().run(blocked, 50).await.expect_err("it fails");
        assert_eq!(error.to_string(), "pipeline `blocked`, agent `block`: too much");
    });
}

#[test]
fn what_has_not_begun_is_not_told_of() {
    paused().block_on(async {
        let (runtime, _, log) = setup();
        drop(runtime.run(plainly, 1));
        runtime.shutdown(Duration::ZERO).await;
        let error = runtime.run(plainly, 1).await.expect_err("it is refused");
        assert!(matches!(error.kind(), ErrorKind::ShuttingDown), "{error}");
        assert!(log.lines().is_empty(), "{:?}", log.lines());
    });
}

#[test]
fn each_attempt_has_a_clone_of_its_resources() {
    paused().block_on(async {
        let client = Client::default();
        let clones = Arc::clone(&client.clones);
        let runtime = Runtime::builder().state(App { client }).build();
        let before = clones.load(SeqCst);
        assert!(runtime.run(asked, 1).await.is_err());
        assert_eq!(clones.load(SeqCst) - before, 3);
    });
}

#[test]
fn a_slow_task_holds_up_no_other() {
    paused().block_on(async {
        let (runtime, probe, _) = setup();
        let mut naps = vec![1; 41];
        naps[1] = 1_000;
        let mut run = Box::pin(runtime.run(three_at_once, naps));
        once(run.as_mut()).await;
        sleep(Duration::from_secs(500)).await;
        assert_eq!((probe.ended(), probe.alive()), (40, 1), "all the others go on beside it");
        assert_eq!(run.await.expect("it ends").payload, 1_000);
    });
}
