//! How many attempts of an agent may be under way at once; and what else is said of one at run time.

use super::support::{Log, Probe, on_both, paused};
use handoff::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{Instant, advance, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, Default, FromRef)]
pub struct App {
    probe: Probe,
    own: Arc<OnceLock<Runtime<App>>>,
    gate: Arc<Mutex<Option<std::sync::mpsc::Receiver<()>>>>,
}

/// A provider that answers two calls at once, each in a second.
#[agent(concurrency = 2, timeout = "1500ms")]
async fn ask(_: u8, State(probe): State<Probe>) -> bool {
    let guard = probe.enter();
    sleep(SECOND).await;
    guard.end();
    true
}

const ONE: u32 = 1;

#[agent(concurrency = ONE, retries = 1, timeout = "1s")]
async fn fail(first: bool, cx: Context, State(probe): State<Probe>) -> Result<u32, &'static str> {
    let _guard = probe.enter();
    if first && cx.attempt() == 1 { Err("no luck") } else { Ok(cx.attempt()) }
}

/// Asks itself, in a run of its own.
#[agent(concurrency = 1)]
async fn recurse(depth: u8, State(app): State<App>) -> Result<u8, PipelineError> {
    let _guard = app.probe.enter();
    if depth == 0 {
        return Ok(0);
    }
    let runtime = app.own.get().expect("it is set");
    Ok(runtime.run(deep, depth - 1).await?.payload + 1)
}

#[agent(blocking, concurrency = 1, timeout = "100ms")]
fn block(_: u8, State(app): State<App>) -> bool {
    let guard = app.probe.enter();
    if let Some(gate) = app.gate.lock().expect("no panic").take() {
        let _ = gate.recv();
    }
    guard.end();
    true
}

pipeline! { pub one(u8) -> bool { ask } }
pipeline! { pub all(Vec<u8>) -> Vec<bool> { fan_out(|all| all) ask => barrier(all) } }
pipeline! { pub both(u8) -> (bool, bool, bool) { join(ask, one, ask) } }
pipeline! { pub in_turns(Vec<bool>) -> Vec<u32> { fan_out(|all| all) fail => barrier(all) } }
pipeline! { pub deep(u8) -> u8 { recurse } }
pipeline! { pub on_a_thread(u8) -> bool { block } }

fn setup() -> (Runtime<App>, App, Log) {
    let (app, log) = (App::default(), Log::default());
    let runtime = Runtime::builder().state(app.clone()).observer(log.clone()).build();
    assert!(app.own.set(runtime.clone()).is_ok());
    (runtime, app, log)
}

#[test]
fn it_holds_over_all_runs_and_waiting_runs_no_timeout() {
    paused().block_on(async {
        let (runtime, app, _) = setup();
        let started = Instant::now();
        let wide = tokio::spawn(runtime.run(all, vec![0; 5]));
        let joined = tokio::spawn(runtime.run(both, 0));
        let clone = runtime.clone();
        let single = tokio::spawn(async move { clone.run(one, 0).await });
        assert!(wide.await.expect("no panic").is_ok());
        assert!(joined.await.expect("no panic").is_ok());
        assert!(single.await.expect("no panic").is_ok());
        assert_eq!((app.probe.most_alive(), app.probe.ended()), (2, 9));
        assert!((5..6).contains(&started.elapsed().as_secs()), "nine calls of a second, two at once");
        // That of another runtime is its own.
        let (other, second, _) = setup();
        let runs = [runtime.run(all, vec![0; 2]), other.run(all, vec![0; 2])].map(tokio::spawn);
        for run in runs {
            assert!(run.await.expect("no panic").is_ok());
        }
        assert_eq!(second.probe.most_alive(), 2);
    });
}

#[test]
fn one_that_waits_is_stopped_like_any() {
    paused().block_on(async {
        let (runtime, app, _) = setup();
        let error = runtime.run(all, vec![0; 9]).deadline(SECOND / 2).await.expect_err("too late");
        assert_eq!((error.kind().as_str(), error.agent()), ("deadline", "ask"), "{error}");
        assert_eq!(app.probe.started(), 2);
        // And leaves its turn to others.
        assert!(runtime.run(all, vec![0; 2]).await.is_ok());
    });
}

#[test]
fn a_pause_between_attempts_takes_no_turn() {
    paused().block_on(async {
        let app = App::default();
        let runtime = Runtime::builder()
            .state(app.clone())
            .agent::<fail>(|a| a.backoff(Backoff::new(SECOND * 60, SECOND * 60)))
            .build();
        let done = runtime.run(in_turns, vec![true, false]).await.expect("in the end");
        assert_eq!(done.payload, [2, 1]);
        assert_eq!(app.probe.most_alive(), 1);
    });
}

#[test]
fn an_agent_that_calls_itself_does_not_wait_for_itself() {
    on_both(|| async {
        let (runtime, app, _) = setup();
        assert_eq!(runtime.run(deep, 5).await.expect("no deadlock").payload, 5);
        assert_eq!(app.probe.most_alive(), 6);
    });
}

/// Counts the attempts that have been started.
#[derive(Clone, Default)]
struct Attempts(Arc<AtomicUsize>);

impl Observer for Attempts {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::AttemptStarted { .. } = event {
            self.0.fetch_add(1, SeqCst);
        }
    }
}

#[test]
fn a_thread_keeps_its_turn_until_it_has_returned() {
    // The clock stands still by itself as long as a thread is at work.
    paused().block_on(async {
        let (app, attempts) = (App::default(), Attempts::default());
        let runtime = Runtime::builder().state(app.clone()).observer(attempts.clone()).build();
        let (open, gate) = channel();
        *app.gate.lock().expect("no panic") = Some(gate);
        let slow = tokio::spawn(runtime.run(on_a_thread, 0));
        app.probe.has_started(1).await;
        advance(Duration::from_millis(150)).await;
        let error = slow.await.expect("no panic").expect_err("it is slow");
        assert_eq!(error.kind().as_str(), "timed_out");
        let next = tokio::spawn(runtime.run(on_a_thread, 0));
        for _ in 0..3 {
            advance(Duration::from_millis(150)).await;
            yield_now().await;
        }
        // Not the threads: a second one may need a while before it is at work.
        assert_eq!(attempts.0.load(SeqCst), 1, "longer than the timeout, which does not run");
        drop(open);
        assert!(next.await.expect("no panic").is_ok());
        assert_eq!((app.probe.ended(), app.probe.most_alive()), (2, 1));
    });
}

#[test]
fn what_is_said_at_run_time_goes_before_what_is_declared() {
    paused().block_on(async {
        let (app, log) = (App::default(), Log::default());
        let runtime = Runtime::builder()
            .agent::<ask>(|a| a.concurrency(4).timeout(SECOND / 2))
            .state(app.clone())
            .observer(log.clone())
            .agent::<ask>(|a| a.retries(2).backoff(Backoff::new(Duration::ZERO, Duration::ZERO)))
            .agent::<fail>(|a| a.retries(0))
            .build();
        let error = runtime.run(one, 0).await.expect_err("it takes a second");
        assert!(matches!(error.kind(), ErrorKind::TimedOut { after } if *after == SECOND / 2), "{error}");
        assert_eq!((log.of("failed").len(), app.probe.started()), (3, 3));
        let error = runtime.run(in_turns, vec![true]).await.expect_err("no retries");
        assert_eq!((error.agent(), error.kind().as_str()), ("fail", "agent"));

        let runtime =
            Runtime::builder().state(app.clone()).agent::<ask>(|a| a.timeout(None).concurrency(0)).build();
        let started = Instant::now();
        assert!(runtime.run(all, vec![0; 3]).await.is_ok());
        assert_eq!(started.elapsed().as_secs(), 3, "at least one at once");
    });
}
