//! Shutting a runtime down.

use super::support::{Probe, multi_thread, on_both, paused};
use handoff::prelude::*;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
pub struct Naps {
    pub naps: Vec<u64>,
}

#[agent(role = planner)]
async fn plan(naps: Naps) -> Naps {
    naps
}

/// Takes so many seconds.
#[agent(timeout = "none")]
async fn nap(seconds: u64, State(probe): State<Probe>) -> u64 {
    let guard = probe.enter();
    sleep(Duration::from_secs(seconds)).await;
    guard.end();
    seconds
}

#[agent(timeout = "none")]
async fn shut((): (), State(runtime): State<Own>) -> u64 {
    let runtime = runtime.0.lock().expect("no panic").clone().expect("itself");
    runtime.shutdown(Duration::from_secs(5)).await;
    0
}

type Shared = std::sync::Arc<std::sync::Mutex<Option<Runtime<Own>>>>;

#[derive(Clone, Default)]
struct Own(Shared);

pipeline! { pub one(u64) -> u64 { nap } }
pipeline! { pub many(Naps) -> Partial<u64> { plan => fan_out(naps) nap => barrier(settled) } }
pipeline! { pub suicidal(()) -> u64 { shut } }

const AN_HOUR: u64 = 3_600;
const GRACE: Duration = Duration::from_secs(10);

fn setup() -> (Runtime<Probe>, Probe) {
    let probe = Probe::default();
    (Runtime::builder().state(probe.clone()).build(), probe)
}

fn counts(shutdown: handoff::Shutdown) -> (usize, usize, usize) {
    (shutdown.ended, shutdown.cancelled, shutdown.left)
}

#[test]
fn runs_end_in_the_grace_or_are_cancelled_and_new_ones_are_refused() {
    paused().block_on(async {
        let (runtime, probe) = setup();
        let short = tokio::spawn(runtime.run(one, 5));
        let long = tokio::spawn(runtime.run(one, 50));
        let wide = tokio::spawn(runtime.run(many, Naps { naps: vec![1, 50, 50] }));
        let not_yet = runtime.run(one, 0);
        sleep(Duration::from_secs(1)).await;

        let clone = runtime.clone();
        let other = tokio::spawn(async move { clone.shutdown(GRACE * 3).await });
        let started = Instant::now();
        assert_eq!(counts(runtime.shutdown(GRACE).await), (1, 2, 0));
        assert_eq!((started.elapsed(), probe.alive()), (GRACE, 0));
        assert_eq!(counts(other.await.expect("no panic")), (1, 2, 0), "the shorter grace decides");

        assert_eq!(short.await.expect("no panic").expect("in the grace").payload, 5);
        for error in [
            long.await.expect("no panic").map(|_| ()).expect_err("too long"),
            wide.await.expect("no panic").map(|_| ()).expect_err("too long"),
        ] {
            assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }), "{error}");
            assert_eq!(error.agent(), "nap");
        }
        for refused in [not_yet, runtime.clone().run(one, 0)] {
            let error = refused.await.expect_err("the runtime is shut down");
            assert!(matches!(error.kind(), ErrorKind::ShuttingDown), "{error}");
            assert_eq!((error.agent(), error.pipeline()), ("caller", "one"));
        }
        let started = Instant::now();
        assert_eq!(counts(runtime.shutdown(GRACE).await), (1, 2, 0), "as before");
        assert_eq!(started.elapsed(), Duration::ZERO);
    });
}

#[test]
fn nothing_is_waited_for_where_nothing_runs() {
    on_both(|| async {
        let (runtime, _) = setup();
        assert_eq!(runtime.run(one, 0).await.expect("before").payload, 0);
        assert_eq!(counts(runtime.shutdown(GRACE).await), (0, 0, 0), "only what was under way");
    });
    // Nor where there is no tokio.
    let (runtime, _) = setup();
    let mut shutdown = pin!(runtime.shutdown(GRACE));
    let now = shutdown.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert!(matches!(now, Poll::Ready(shutdown) if counts(shutdown) == (0, 0, 0)));
}

#[test]
fn all_runs_are_waited_for_under_load() {
    for (tokio, in_real_time) in [(paused(), false), (multi_thread(), true)] {
        tokio.block_on(async {
            let (runtime, probe) = setup();
            let runs: Vec<_> = (0..200)
                .map(|_| tokio::spawn(runtime.run(many, Naps { naps: vec![0, AN_HOUR, 0, AN_HOUR] })))
                .collect();
            probe.has_started(800).await;
            let (one, other) =
                tokio::join!(runtime.shutdown(Duration::from_millis(20)), runtime.shutdown(GRACE));
            if in_real_time {
                // A busy machine may need longer than they are waited for.
                assert_eq!((one.ended, one.cancelled + one.left), (0, 200));
            } else {
                assert_eq!((counts(one), counts(other), probe.alive()), ((0, 200, 0), (0, 200, 0), 0));
            }
            for run in runs {
                let error = run.await.expect("no panic").map(|_| ()).expect_err("cancelled");
                assert_eq!(error.kind().as_str(), "cancelled");
            }
            assert_eq!(probe.alive(), 0);
        });
    }
}

#[test]
fn a_run_that_nobody_polls_or_that_is_dropped_holds_nothing_up() {
    paused().block_on(async {
        let (runtime, _) = setup();
        let (mut forgotten, mut dropped) = (runtime.run(one, 50), Some(runtime.run(one, 50)));
        poll_fn(|cx| {
            assert!(pin!(&mut forgotten).poll(cx).is_pending());
            assert!(dropped.as_mut().is_some_and(|run| pin!(run).poll(cx).is_pending()));
            Poll::Ready(())
        })
        .await;
        drop(dropped.take());
        let started = Instant::now();
        assert_eq!(counts(runtime.shutdown(GRACE).await), (0, 0, 1));
        assert_eq!(started.elapsed(), GRACE + Duration::from_secs(2));
        let error = forgotten.await.expect_err("it has been cancelled");
        assert_eq!(error.kind().as_str(), "cancelled");
        assert_eq!(counts(runtime.shutdown(GRACE).await), (0, 1, 0));
    });
}

#[test]
fn a_shutdown_that_is_dropped_still_refuses() {
    paused().block_on(async {
        let (runtime, _) = setup();
        drop(runtime.shutdown(GRACE));
        assert!(runtime.run(one, 0).await.is_ok(), "not polled, nothing done");
        let run = tokio::spawn(runtime.run(one, 50));
        sleep(Duration::from_secs(1)).await;
        assert!(tokio::time::timeout(Duration::from_secs(1), runtime.shutdown(GRACE)).await.is_err());
        assert!(runtime.run(one, 0).await.is_err());
        assert_eq!(run.await.expect("no panic").expect("nobody cancels it").payload, 50);
    });
}

#[test]
fn an_agent_that_shuts_its_own_runtime_down_is_cancelled() {
    paused().block_on(async {
        let own = Own::default();
        let runtime = Runtime::builder().state(own.clone()).build();
        *own.0.lock().expect("no panic") = Some(runtime.clone());
        let started = Instant::now();
        let error = runtime.run(suicidal, ()).await.expect_err("it waits for itself");
        assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }), "{error}");
        assert_eq!((error.agent(), started.elapsed().as_secs()), ("shut", 5));
        own.0.lock().expect("no panic").take();
    });
}
