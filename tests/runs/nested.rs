//! Runs that agents start.

use super::support::{Log, Probe, current_thread, on_both, paused};
use handoff::prelude::*;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::time::sleep;

#[derive(Clone, Debug, Default, FromRef)]
pub struct App {
    probe: Probe,
    own: Arc<OnceLock<Runtime<App>>>,
    seen: Arc<Mutex<Vec<String>>>,
    kept: Arc<Mutex<Option<Context>>>,
}

#[contract]
#[derive(Copy, PartialEq)]
pub enum How {
    /// Awaited where the agent is.
    Plainly,
    /// Awaited in a task of its own.
    Spawned,
    /// The same, and made there, with the agent's context.
    Within,
    /// Left behind.
    Forgotten,
    /// Left behind, on purpose.
    Detached,
}

#[contract]
#[derive(Copy, PartialEq)]
pub enum Work {
    /// Sleeps for a second.
    Well,
    Hang,
    Fail,
    /// A reply that took ten tokens.
    Spend,
}

#[contract]
#[derive(PartialEq)]
pub struct Order {
    pub how: How,
    pub work: Vec<Work>,
}

#[agent(output = bool, timeout = "none")]
async fn work(work: Work, cx: Context, State(app): State<App>) -> Result<Reply, &'static str> {
    let guard = app.probe.enter();
    app.seen.lock().expect("no panic").push(format!("{} {:?}", cx.trace_id(), cx.parent()));
    match work {
        Work::Well => sleep(Duration::from_secs(1)).await,
        Work::Hang => std::future::pending().await,
        Work::Fail => return Err("no luck"),
        Work::Spend => {}
    }
    guard.end();
    Ok(Reply::new("true").usage(Usage::new(5, 5)))
}

pipeline! { pub inner(Vec<Work>) -> Vec<bool> { fan_out(|all| all) work => barrier(all) } }

async fn start(order: Order, cx: Context, app: App) -> Result<usize, PipelineError> {
    app.seen.lock().expect("no panic").push(format!("{} {:?}", cx.trace_id(), Some(cx.traceparent())));
    *app.kept.lock().expect("no panic") = Some(cx.clone());
    let runtime = app.own.get().expect("it is set").clone();
    let Order { how, work } = order;
    let run = match how {
        How::Plainly => return Ok(runtime.run(inner, work).await?.payload.len()),
        How::Spawned | How::Forgotten => tokio::spawn(runtime.run(inner, work)),
        How::Detached => tokio::spawn(runtime.run(inner, work).detached()),
        How::Within => tokio::spawn(async move { runtime.run(inner, work).within(&cx).await }),
    };
    if let How::Forgotten | How::Detached = how {
        sleep(Duration::from_millis(100)).await;
        return Ok(0);
    }
    Ok(run.await.expect("no panic")?.payload.len())
}

#[agent(timeout = "10s", retries = 1)]
async fn think(order: Order, cx: Context, State(app): State<App>) -> Result<usize, PipelineError> {
    start(order, cx, app).await
}

#[agent(blocking, timeout = "10s")]
fn block(order: Order, cx: Context, State(app): State<App>) -> Result<usize, PipelineError> {
    tokio::runtime::Handle::current().block_on(start(order, cx, app))
}

pipeline! { pub outer(Order) -> usize { think } }
pipeline! { pub on_a_thread(Order) -> usize { block } }
pipeline! { pub many(Vec<Order>) -> Vec<usize> { fan_out(|all| all) think => barrier(all) } }

const AWAITED: [How; 3] = [How::Plainly, How::Spawned, How::Within];

fn order(how: How, work: &[Work]) -> Order {
    Order { how, work: work.to_vec() }
}

fn setup(limits: Limits) -> (Runtime<App>, App, Log) {
    let (app, log) = (App::default(), Log::default());
    let quick = Backoff::new(Duration::ZERO, Duration::ZERO);
    let runtime =
        Runtime::builder().state(app.clone()).observer(log.clone()).limits(limits).backoff(quick).build();
    assert!(app.own.set(runtime.clone()).is_ok());
    (runtime, app, log)
}

/// Polls until so many of the inner runs' agents are at work.
async fn at_work(app: &App, count: usize) {
    while app.probe.alive() < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn it_is_cancelled_with_the_outer_run_which_waits_for_it() {
    on_both(|| async {
        for how in AWAITED {
            let (runtime, app, log) = setup(Limits::default());
            let run = runtime.run(outer, order(how, &[Work::Hang; 3]));
            let handle = run.cancel_handle();
            let run = tokio::spawn(run);
            at_work(&app, 3).await;
            handle.cancel();
            let error = run.await.expect("no panic").expect_err("it was cancelled");
            assert_eq!((error.kind().as_str(), error.agent()), ("cancelled", "think"), "{error}");
            assert!(error.warnings().is_empty(), "{error:?}");
            assert_eq!(app.probe.alive(), 0, "{how:?}");
            let ends = log.of("end");
            assert_eq!((ends.len(), ends.last().map(String::as_str)), (2, Some("end cancelled")), "{how:?}");
        }
    });
}

#[test]
fn it_is_stopped_with_the_attempt_that_started_it() {
    paused().block_on(async {
        for how in AWAITED {
            let (runtime, app, _) = setup(Limits::default());
            let error = runtime.run(outer, order(how, &[Work::Hang; 3])).await.expect_err("twice too late");
            assert_eq!((error.kind().as_str(), error.agent()), ("timed_out", "think"), "{error}");
            assert_eq!(app.probe.most_alive(), 3, "{how:?}: the first is stopped before the second begins");
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            assert_eq!(app.probe.alive(), 0, "{how:?}");
        }
    });
}

#[test]
fn a_barrier_waits_for_those_that_it_stops() {
    on_both(|| async {
        for how in AWAITED {
            let (runtime, app, _) = setup(Limits::default());
            let orders = vec![order(how, &[Work::Hang, Work::Hang]), order(how, &[Work::Well, Work::Fail])];
            let error = runtime.run(many, orders).await.expect_err("one fails");
            assert_eq!((error.agent(), error.task()), ("think", Some(1)), "{error}");
            assert_eq!(app.probe.alive(), 0, "{how:?}");
        }
    });
}

#[test]
fn it_is_let_finish_in_the_grace_of_a_shutdown() {
    paused().block_on(async {
        for how in AWAITED {
            let (runtime, _, _) = setup(Limits::default());
            let run = tokio::spawn(runtime.run(outer, order(how, &[Work::Well; 2])));
            let second = runtime.clone();
            let shutdown = tokio::spawn(async move { second.shutdown(Duration::from_secs(20)).await });
            tokio::task::yield_now().await;
            let told = shutdown.await.expect("no panic");
            assert_eq!((told.ended, told.cancelled, told.left), (1, 0, 0), "{how:?}");
            assert_eq!(run.await.expect("no panic").expect("it had time enough").payload, 2);
            let error = runtime.run(outer, order(how, &[])).await.expect_err("it is closed");
            assert_eq!(error.kind().as_str(), "shutting_down");
        }
    });
}

#[test]
fn what_its_models_take_counts_for_both() {
    on_both(|| async {
        for how in AWAITED {
            // Another runtime, which has no limit.
            let (other, app, _) = setup(Limits::default());
            let limits = Limits::default().model_tokens(25);
            let runtime = Runtime::builder().state(app).limits(limits).build();
            let error = runtime.run(outer, order(how, &[Work::Spend; 3])).await.expect_err("30 tokens");
            let ErrorKind::LimitExceeded { limit: Limit::ModelTokens, allowed: 25, found: 30 } = error.kind()
            else {
                panic!("{error}");
            };
            assert_eq!(error.agent(), "work");
            assert!(runtime.run(outer, order(how, &[Work::Spend; 2])).await.is_ok());
            drop(other);

            let (other, app, _) = setup(Limits::default());
            let limits = Limits::default().agent_calls(3);
            let runtime = Runtime::builder().state(app.clone()).limits(limits).build();
            let error = runtime.run(outer, order(how, &[Work::Spend; 3])).await.expect_err("four calls");
            assert_eq!((error.kind().as_str(), error.agent()), ("limit_exceeded", "work"), "{error}");
            assert_eq!(app.probe.started(), 2);
            drop(other);
        }
    });
}

#[test]
fn its_trace_is_below_the_agent() {
    current_thread().block_on(async {
        for how in AWAITED {
            let (runtime, app, _) = setup(Limits::default());
            let run = runtime.run(outer, order(how, &[Work::Spend]));
            let trace_id = run.trace_id();
            run.await.expect("all is well");
            let seen = app.seen.lock().expect("no panic").clone();
            let [outer, inner] = &*seen else { panic!("{seen:?}") };
            assert_eq!(outer, inner, "the parent of the one is the attempt of the other");
            assert!(inner.starts_with(&trace_id.to_string()));
        }
    });
}

#[test]
fn one_that_is_left_behind_ends_with_the_outer_run() {
    paused().block_on(async {
        let (runtime, app, log) = setup(Limits::default());
        runtime.run(outer, order(How::Forgotten, &[Work::Hang])).await.expect("it does not wait");
        assert_eq!(app.probe.alive(), 0);
        assert_eq!(log.of("end"), ["end cancelled", "end well"]);
        // Its agent has returned, and the run goes on: so does it.
        let (runtime, app, _) = setup(Limits::default());
        let orders = vec![order(How::Forgotten, &[Work::Well]), order(How::Plainly, &[Work::Well; 2])];
        runtime.run(many, orders).await.expect("all is well");
        assert_eq!(app.probe.ended(), 3);
    });
}

#[test]
fn one_that_is_detached_is_a_run_of_its_own() {
    paused().block_on(async {
        let (runtime, app, log) = setup(Limits::default());
        runtime.run(outer, order(How::Detached, &[Work::Well])).await.expect("it does not wait");
        assert_eq!((app.probe.alive(), log.of("end").len()), (1, 1));
        sleep(Duration::from_secs(2)).await;
        assert_eq!((app.probe.ended(), log.of("end")), (1, vec!["end well".to_owned(); 2]));
    });
}

#[test]
fn an_agent_that_blocks_starts_them_too() {
    on_both(|| async {
        for how in AWAITED {
            let (runtime, app, _) = setup(Limits::default());
            let done = runtime.run(on_a_thread, order(how, &[Work::Spend; 2])).await.expect("all is well");
            assert_eq!(done.payload, 2);
            let run = runtime.run(on_a_thread, order(how, &[Work::Hang; 3]));
            let handle = run.cancel_handle();
            let run = tokio::spawn(run);
            at_work(&app, 3).await;
            handle.cancel();
            let error = run.await.expect("no panic").expect_err("it was cancelled");
            assert_eq!((error.agent(), error.warnings().len()), ("block", 0), "{error:?}");
            assert_eq!(app.probe.alive(), 0, "{how:?}");
        }
    });
}

#[test]
fn one_that_begins_when_the_outer_run_is_over_is_refused() {
    current_thread().block_on(async {
        let (runtime, app, _) = setup(Limits::default());
        runtime.run(outer, order(How::Plainly, &[Work::Spend])).await.expect("all is well");
        let cx = app.kept.lock().expect("no panic").take().expect("the agent's context");
        let error = runtime.run(inner, vec![Work::Spend]).within(&cx).await.expect_err("it is over");
        assert_eq!(
            error.to_string(),
            "pipeline `inner`, agent `caller`: cancelled: the agent that started the run was stopped, or its own run has ended"
        );
        assert_eq!(app.probe.started(), 1);
    });
}

#[agent]
async fn dig(depth: u32, State(app): State<App>) -> Result<u32, PipelineError> {
    let Some(below) = depth.checked_sub(1) else { return Ok(0) };
    let runtime = app.own.get().expect("it is set").clone();
    let found = runtime.run(shaft, vec![below]).await?;
    Ok(found.payload[0] + 1)
}

pipeline! { pub shaft(Vec<u32>) -> Vec<u32> { fan_out(|all| all) dig => barrier(all) } }

#[test]
fn runs_in_the_tasks_of_runs_do_not_fill_the_stack() {
    on_both(|| async {
        let (runtime, _, _) = setup(Limits::default());
        let found = runtime.run(shaft, vec![300]).await.expect("it comes to the ground");
        assert_eq!(found.payload, [300]);
    });
}

/// The runtime is the agent's own, whatever its state: with its limits.
#[test]
fn an_agent_runs_a_pipeline_by_its_context() {
    #[agent(output = usize)]
    async fn size(word: String) -> Reply {
        Reply::new(word.len().to_string()).usage(Usage::new(5, 5))
    }

    #[agent]
    async fn add(
        words: Vec<String>,
        cx: Context,
        State(probe): State<Probe>,
    ) -> Result<usize, PipelineError> {
        let guard = probe.enter();
        let mut sum = 0;
        for word in words {
            let done = cx.run(sized, word).await?;
            assert_eq!(done.trace_id, cx.trace_id());
            sum += done.payload;
        }
        guard.end();
        Ok(sum)
    }

    pipeline! { sized(String) -> usize { size } }
    pipeline! { added(Vec<String>) -> usize { add } }

    paused().block_on(async {
        let limits = handoff::Limits::default().model_tokens(20);
        let runtime = Runtime::builder().state(App::default()).limits(limits).build();
        let words = |count| vec!["tide".to_owned(); count];
        assert_eq!(runtime.run(added, words(2)).await.expect("20 tokens are allowed").payload, 8);
        let error = runtime.run(added, words(3)).await.expect_err("30 are not");
        assert_eq!(error.kind().as_str(), "limit_exceeded", "{error}");
    });
}
