//! Cancel handles.

use super::support::{Log, Probe, current_thread, on_both, paused};
use handoff::prelude::*;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tokio::time::timeout;

#[derive(Clone, Default, FromRef)]
struct App {
    probe: Probe,
    handle: Arc<Mutex<Option<CancelHandle>>>,
}

#[contract]
pub struct Steps {
    pub steps: Vec<Step>,
}

#[contract]
#[derive(Copy, PartialEq)]
pub enum Step {
    Well,
    Hang,
    /// Cancels its own run, and answers.
    CancelAndAnswer,
    /// Cancels its own run, and hangs.
    CancelAndHang,
}

#[agent(role = planner)]
async fn plan(steps: Steps) -> Steps {
    steps
}

#[agent]
async fn act(step: Step, cx: Context, State(app): State<App>) -> u8 {
    let guard = app.probe.enter();
    if let Step::CancelAndAnswer | Step::CancelAndHang = step {
        assert!(!cx.is_cancelled());
        let handle = app.handle.lock().expect("no panic").clone().expect("a handle");
        handle.cancel();
        assert!(cx.is_cancelled());
    }
    if let Step::Hang | Step::CancelAndHang = step {
        std::future::pending::<()>().await;
    }
    guard.end();
    1
}

#[agent(role = aggregator)]
async fn report(_: Partial<u8>, State(probe): State<Probe>) -> u8 {
    probe.enter().end();
    2
}

#[agent]
async fn then(_: u8, State(probe): State<Probe>) -> u8 {
    probe.enter().end();
    3
}

pipeline! { pub alone(Step) -> u8 { act } }
pipeline! { pub followed(Step) -> u8 { act => then } }
pipeline! { pub settled(Steps) -> u8 { plan => fan_out(steps) act => barrier(settled) => report } }

#[agent]
async fn count(number: u32) -> u32 {
    number + 1
}

#[agent(retries = 100_000)]
async fn fail(_: u32) -> Result<u32, &'static str> {
    Err("no luck")
}

// Ready at once, however long they take.
pipeline! { pub rounds(u32) -> u32 { repeat(max = 100_000, until = |_| false) { count } } }
pipeline! {
    /// No agent is ever called.
    pub rounds_of_nothing(u32) -> u32 {
        repeat(max = 100_000, until = |_| false) {
            fan_out(|_| Vec::new(), allow_empty) count => barrier(all) => map(|_| 0_u32)
        }
    }
}
pipeline! { pub attempts(u32) -> u32 { fail } }
pipeline! { pub rounds_in_tasks(Vec<u32>) -> Partial<u32> { fan_out(|all| all) rounds => barrier(settled) } }

fn setup() -> (Runtime<App>, App, Log) {
    let (app, log) = (App::default(), Log::default());
    (Runtime::builder().state(app.clone()).observer(log.clone()).build(), app, log)
}

fn is_cancelled(error: &PipelineError) -> bool {
    matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle })
}

#[test]
fn a_run_is_cancelled_from_another_thread() {
    on_both(|| async {
        let (runtime, app, log) = setup();
        let run = runtime.run(alone, Step::Hang);
        let handle = run.cancel_handle();
        let (probe, tokio) = (app.probe.clone(), tokio::runtime::Handle::current());
        let thread = thread::spawn(move || {
            tokio.block_on(probe.has_started(1));
            handle.cancel();
            handle.clone().cancel();
            handle
        });
        let error = run.await.expect_err("it was cancelled");
        assert!(is_cancelled(&error), "{error}");
        assert_eq!(
            error.to_string(),
            "pipeline `alone`, agent `act`: cancelled: the run's cancel handle was used"
        );
        assert_eq!(app.probe.alive(), 0);
        assert_eq!(log.lines().last().map(String::as_str), Some("end cancelled"));
        // Long after the end it changes nothing.
        thread.join().expect("no panic").cancel();
        assert_eq!(runtime.run(alone, Step::Well).await.expect("another run").payload, 1);

        let run = runtime.run(settled, Steps { steps: vec![Step::Hang; 50] });
        let (handle, probe) = (run.cancel_handle(), app.probe.clone());
        tokio::spawn(async move {
            probe.has_started(52).await;
            handle.cancel();
        });
        let error = run.await.expect_err("it was cancelled");
        assert!(is_cancelled(&error) && error.agent() == "act", "{error}");
        assert_eq!(app.probe.alive(), 0, "everything under it has stopped");
    });
}

#[test]
fn a_run_that_is_cancelled_before_it_is_polled_starts_nothing() {
    on_both(|| async {
        let (runtime, app, log) = setup();
        let run = runtime.run(alone, Step::Well);
        run.cancel_handle().cancel();
        let error = run.await.expect_err("it was cancelled");
        assert!(is_cancelled(&error), "{error}");
        assert_eq!((error.agent(), app.probe.started(), log.lines().len()), ("caller", 0, 0));
    });
}

#[test]
fn a_run_that_has_ended_cannot_be_cancelled() {
    on_both(|| async {
        let (runtime, _, _) = setup();
        let mut run = runtime.run(alone, Step::Well);
        let handle = run.cancel_handle();
        let result = (&mut run).await;
        handle.cancel();
        assert_eq!(result.expect("it was done before").payload, 1);
    });
}

#[test]
fn an_agent_cancels_its_own_run() {
    on_both(|| async {
        let (runtime, app, _) = setup();
        let cancel = |handle| *app.handle.lock().expect("no panic") = Some(handle);
        for step in [Step::CancelAndAnswer, Step::CancelAndHang] {
            let run = runtime.run(followed, step);
            cancel(run.cancel_handle());
            let started = app.probe.started();
            let error = run.await.expect_err("it was cancelled");
            assert!(is_cancelled(&error), "{error}");
            assert_eq!(app.probe.started(), started + 1, "nothing else was started");

            let run = runtime.run(settled, Steps { steps: vec![Step::Hang, step, Step::Hang] });
            cancel(run.cancel_handle());
            let error = run.await.expect_err("it was cancelled");
            assert!(is_cancelled(&error), "{error}");
            assert_eq!(app.probe.alive(), 0);
            // An answer that ends the run is none, even if it is the last thing that it needs.
            let run = runtime.run(alone, step);
            cancel(run.cancel_handle());
            assert!(is_cancelled(&run.await.expect_err("it was cancelled")));
        }
    });
}

#[test]
fn a_handle_does_not_keep_a_run_alive() {
    paused().block_on(async {
        let (runtime, app, log) = setup();
        let run = runtime.run(alone, Step::Hang);
        let handle = run.cancel_handle();
        assert!(timeout(Duration::from_secs(1), run).await.is_err());
        assert_eq!((app.probe.alive(), log.lines().last().map(String::as_str)), (0, Some("end dropped")));
        handle.cancel();
        assert!(format!("{handle:?}").contains("over: true"));
    });
}

#[test]
fn a_run_that_never_waits_hears_of_its_end() {
    /// Another task cancels it, which has no thread of its own.
    async fn cancelled<T>(run: handoff::Run<T>) -> PipelineError {
        let handle = run.cancel_handle();
        tokio::spawn(async move { handle.cancel() });
        let error = run.await.map(|_| ()).expect_err("it was cancelled");
        assert!(is_cancelled(&error), "{error}");
        error
    }
    current_thread().block_on(async {
        let impatient = Backoff::new(Duration::ZERO, Duration::ZERO);
        let runtime = Runtime::builder().backoff(impatient).build();
        assert_eq!(cancelled(runtime.run(rounds, 0)).await.agent(), "count");
        cancelled(runtime.run(rounds_of_nothing, 0)).await;
        assert_eq!(cancelled(runtime.run(attempts, 0)).await.agent(), "fail");
        cancelled(runtime.run(rounds_in_tasks, vec![0; 8])).await;
    });
}

#[test]
fn a_run_that_never_waits_hears_of_its_deadline() {
    paused().block_on(async {
        let runtime = Runtime::default();
        for _ in 0..2 {
            tokio::spawn(tokio::time::advance(Duration::from_secs(2)));
            let run = runtime.run(rounds, 0).deadline(Duration::from_secs(1));
            let error = run.await.expect_err("it is late");
            assert!(matches!(error.kind(), ErrorKind::Deadline { whose: DeadlineOf::Run, .. }), "{error}");
            assert_eq!(error.agent(), "count");
        }
    });
}
