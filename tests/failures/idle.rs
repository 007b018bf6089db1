//! Agents that work for long and show it; and pauses that are an agent's own.

use super::support::{Log, paused};
use handoff::prelude::*;
use std::time::Duration;
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, sleep};

/// Beats so many times, once in so many seconds, and then answers.
#[contract]
#[derive(Copy)]
pub struct Life {
    pub beats: u64,
    pub seconds: u64,
    /// Never answers, after all.
    pub hangs: bool,
}

async fn live(life: Life, cx: Context) -> u64 {
    for _ in 0..life.beats {
        cx.heartbeat();
        sleep(Duration::from_secs(life.seconds)).await;
    }
    if life.hangs {
        std::future::pending::<()>().await;
    }
    life.beats
}

#[agent(idle_timeout = "20s")]
async fn lively(life: Life, cx: Context) -> u64 {
    live(life, cx).await
}

#[agent(idle_timeout = "20s", timeout = "1m")]
async fn bounded(life: Life, cx: Context) -> u64 {
    live(life, cx).await
}

#[agent(idle_timeout = "20s", retries = 1)]
async fn silent(_: Life) -> u64 {
    std::future::pending().await
}

/// Beats from a task of its own.
#[agent(idle_timeout = "20s")]
async fn watched(life: Life, cx: Context) -> u64 {
    let beating = tokio::spawn(live(life, cx));
    beating.await.expect("no panic")
}

#[agent(retries = 3, backoff = "10m..20m")]
async fn patient(_: Life) -> Result<u64, &'static str> {
    Err("no luck")
}

#[agent(retries = 1_000, backoff = "none")]
async fn impatient(_: Life) -> Result<u64, &'static str> {
    Err("no luck")
}

/// Takes all that tokio lets a task do in its turn, each time.
#[agent(idle_timeout = "20s")]
async fn busy(_: Life, cx: Context) -> u64 {
    for step in 0..100_000 {
        cx.warn(step.to_string());
        consume_budget().await;
    }
    0
}

pipeline! { pub restless(Life) -> u64 { busy } }
pipeline! { pub free(Life) -> u64 { lively } }
pipeline! { pub in_time(Life) -> u64 { bounded } }
pipeline! { pub quiet(Life) -> u64 { silent } }
pipeline! { pub from_elsewhere(Life) -> u64 { watched } }
pipeline! { pub slowly(Life) -> u64 { patient } }
pipeline! { pub at_once(Life) -> u64 { impatient } }

fn life(beats: u64, seconds: u64, hangs: bool) -> Life {
    Life { beats, seconds, hangs }
}

#[test]
fn one_that_shows_it_may_work_for_long() {
    paused().block_on(async {
        let runtime = Runtime::default();
        let started = Instant::now();
        assert_eq!(runtime.run(free, life(100, 19, false)).await.expect("it beats").payload, 100);
        assert!(started.elapsed() >= Duration::from_secs(1_900), "no default timeout beside it");
        assert_eq!(runtime.run(from_elsewhere, life(9, 19, false)).await.expect("it beats").payload, 9);
    });
}

#[test]
fn one_that_does_not_is_stopped() {
    paused().block_on(async {
        let runtime = Runtime::default();
        let started = Instant::now();
        let error = runtime.run(free, life(5, 10, true)).await.expect_err("it hangs");
        assert!(
            matches!(error.kind(), ErrorKind::TimedOut { after } if *after == Duration::from_secs(20)),
            "{error}"
        );
        assert_eq!(
            error.warnings()[0].to_string(),
            "agent `lively`: it has shown no sign of life for 20s (`idle_timeout`)"
        );
        // The last beat was 40 s after the beginning.
        assert_eq!(started.elapsed().as_secs(), 60);
        assert!(runtime.run(free, life(1, 30, false)).await.is_err());

        let log = Log::default();
        let runtime = Runtime::builder().observer(log.clone()).build();
        assert!(runtime.run(quiet, life(0, 0, true)).await.is_err());
        assert_eq!(log.of("failed"), ["failed silent 1 timed_out again", "failed silent 2 timed_out over"]);
    });
}

#[test]
fn one_that_is_always_busy_is_stopped_as_well() {
    paused().block_on(async {
        let runtime = Runtime::default();
        tokio::spawn(tokio::time::advance(Duration::from_secs(21)));
        let error = runtime.run(restless, life(0, 0, false)).await.expect_err("it shows nothing");
        assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
        let steps = error.warnings().len();
        assert!(steps < 1_000, "it was heard of after {steps} steps");
    });
}

#[test]
fn its_timeout_holds_all_the_same() {
    paused().block_on(async {
        let runtime = Runtime::default();
        assert!(runtime.run(in_time, life(5, 10, false)).await.is_ok());
        let error = runtime.run(in_time, life(50, 10, false)).await.expect_err("it is slow");
        assert!(
            matches!(error.kind(), ErrorKind::TimedOut { after } if *after == Duration::from_mins(1)),
            "{error}"
        );
        assert!(error.warnings().is_empty());
    });
}

#[test]
fn an_agent_may_have_pauses_of_its_own() {
    paused().block_on(async {
        let runtime = Runtime::default();
        let started = Instant::now();
        assert!(runtime.run(slowly, life(0, 0, false)).await.is_err());
        // Between a half and all of 10, 20 and 20 minutes.
        assert!((25..=50).contains(&(started.elapsed().as_secs() / 60)), "{:?}", started.elapsed());
        let started = Instant::now();
        assert!(runtime.run(at_once, life(0, 0, false)).await.is_err());
        assert!(started.elapsed() < Duration::from_millis(10));
    });
}
