//! Agents that block their thread, on one of its own.

use super::support::{Probe, multi_thread, on_both, paused};
use handoff::prelude::*;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::advance;

#[contract]
#[derive(Copy, PartialEq)]
pub enum Task {
    Well,
    Panic,
    Fail,
    /// Too large a number, at the first attempt.
    Drift,
    /// Works until it is told to stop.
    Listen,
    /// Works until its thread is let go, whatever it is told.
    Deaf,
    /// Works until all are at work.
    Together,
}

#[contract]
pub struct Tasks {
    pub tasks: Vec<Task>,
}

/// How many work together.
const ALL: usize = 20;

#[contract]
pub struct Small {
    #[check(range(0..=9))]
    pub number: u8,
}

#[agent(role = planner)]
async fn plan(tasks: Tasks) -> Tasks {
    tasks
}

#[agent(blocking, timeout = "10m", retries = 1)]
fn compute(task: Task, cx: Context, State(probe): State<Probe>) -> Result<Small, String> {
    // On a thread of tokio's that drives nothing: this would panic on one that does.
    Handle::current().block_on(async {});
    let guard = probe.enter();
    let number = match task {
        Task::Well => 1,
        Task::Panic => panic!("no more numbers"),
        Task::Fail => return Err("no luck".into()),
        Task::Drift => 10_u8.saturating_sub(u8::try_from(cx.violations().len()).unwrap_or_default()),
        Task::Listen => {
            Handle::current().block_on(cx.cancelled());
            guard.end();
            return Err("stopped".into());
        }
        Task::Deaf => {
            probe.block();
            2
        }
        Task::Together => {
            Handle::current().block_on(probe.has_started(ALL));
            3
        }
    };
    guard.end();
    Ok(Small { number })
}

#[agent(blocking, output = Small)]
fn reply(text: String) -> Reply {
    Reply::new(text).usage(Usage::new(1, 1))
}

#[agent(blocking)]
fn effect(_: Small) {}

pipeline! { pub one(Task) -> Small { compute } }
pipeline! { pub raw(String) -> () { reply => effect } }
pipeline! { pub strict(Tasks) -> Vec<Small> { plan => fan_out(tasks) compute => barrier(all) } }

const TIMEOUT: Duration = Duration::from_mins(10);

fn setup() -> (Runtime<Probe>, Probe) {
    let probe = Probe::default();
    let quick = Backoff::new(Duration::ZERO, Duration::ZERO);
    (Runtime::builder().state(probe.clone()).backoff(quick).build(), probe)
}

/// Runs it on a paused clock, which stands still by itself while a thread is at work, and goes on by so much each time that
/// one has begun.
async fn failed(run: handoff::Run<Small>, probe: &Probe, by: &[Duration]) -> PipelineError {
    let started = probe.started();
    let run = tokio::spawn(run);
    for (attempt, by) in (1..).zip(by) {
        probe.has_started(started + attempt).await;
        advance(*by).await;
    }
    run.await.expect("no panic").map(drop).expect_err("too long")
}

#[test]
fn a_function_that_blocks_is_an_agent_like_others() {
    on_both(|| async {
        let (runtime, probe) = setup();
        assert_eq!(runtime.run(one, Task::Well).await.expect("all is well").payload.number, 1);
        let error = runtime.run(one, Task::Panic).await.expect_err("it panicked");
        assert!(
            matches!(error.kind(), ErrorKind::Panicked { message } if message == "no more numbers"),
            "{error}"
        );
        let error = runtime.run(one, Task::Fail).await.expect_err("it failed");
        assert_eq!(
            (error.to_string().as_str(), error.warnings().len()),
            ("pipeline `one`, agent `compute`: no luck", 1)
        );
        let mended = runtime.run(one, Task::Drift).await.expect("the second attempt");
        assert_eq!((mended.payload.number, mended.warnings.len()), (9, 1));
        assert!(runtime.run(raw, r#"{"number":3}"#.to_owned()).await.is_ok());
        let error = runtime.run(raw, r#"{"number":30}"#.to_owned()).await.expect_err("too large");
        assert_eq!((error.kind().as_str(), error.agent()), ("contract", "reply"));
        // Its function can be called like any other.
        effect(Small { number: 1 });
        assert_eq!(probe.alive(), 0);
    });
}

#[test]
fn blocked_threads_hold_up_nothing_else() {
    on_both(|| async {
        let (runtime, probe) = setup();
        let run = tokio::spawn(runtime.run(strict, Tasks { tasks: vec![Task::Together; ALL] }));
        // Not one of them ends before all have begun.
        let all = run.await.expect("no panic").expect("they work side by side");
        assert_eq!((all.payload.len(), probe.most_alive()), (ALL, ALL));
    });
}

#[test]
fn a_timeout_goes_on_without_the_thread() {
    paused().block_on(async {
        let (runtime, probe) = setup();
        let error = failed(runtime.run(one, Task::Deaf), &probe, &[TIMEOUT, TIMEOUT]).await;
        assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
        assert_eq!((probe.started(), probe.ended()), (2, 0), "the threads go on");
        // One that asks is told.
        let error = failed(runtime.run(one, Task::Listen), &probe, &[TIMEOUT, TIMEOUT]).await;
        assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
        probe.let_go();
        assert!(probe.is_quiet().await);
        assert_eq!(probe.ended(), 4);
    });
}

/// In real time, with a second for the thread to come to it.
#[test]
fn beside_threads_that_drive_it_a_timeout_goes_on_too() {
    multi_thread().block_on(async {
        let probe = Probe::default();
        let runtime = Runtime::builder().state(probe.clone());
        let runtime = runtime.agent::<compute>(|a| a.timeout(Duration::from_secs(1)).retries(0)).build();
        let error = runtime.run(one, Task::Deaf).await.expect_err("too long");
        assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
        assert_eq!((probe.started(), probe.alive(), probe.ended()), (1, 1, 0), "the thread goes on");
        probe.let_go();
        assert!(probe.is_quiet().await);
        assert_eq!(probe.ended(), 1);
    });
}

#[test]
fn who_stops_a_thread_waits_for_it_a_little() {
    on_both(|| async {
        let (runtime, probe) = setup();
        // By the barrier, and by the run: what listens has stopped when the error is there.
        let tasks = Tasks { tasks: vec![Task::Panic, Task::Listen, Task::Listen] };
        let error = runtime.run(strict, tasks).await.expect_err("one panicked");
        assert_eq!((error.kind().as_str(), probe.alive()), ("panicked", 0));
        for (task, stops) in [(Task::Listen, true), (Task::Deaf, false)] {
            let started = probe.started();
            let run = runtime.run(one, task);
            let handle = run.cancel_handle();
            let run = tokio::spawn(run);
            probe.has_started(started + 1).await;
            handle.cancel();
            let error = run.await.expect("no panic").expect_err("it was cancelled");
            assert_eq!((error.kind().as_str(), error.agent()), ("cancelled", "compute"));
            // What does not listen is given up, and said.
            assert_eq!((error.warnings().is_empty(), probe.alive() == 0), (stops, stops), "{error:?}");
        }
        probe.let_go();
        assert!(probe.is_quiet().await);
    });
}

#[test]
fn a_deadline_waits_for_a_thread_a_little() {
    const SOON: Duration = Duration::from_mins(1);
    paused().block_on(async {
        let (runtime, probe) = setup();
        let error = failed(runtime.run(one, Task::Listen).deadline(SOON), &probe, &[SOON]).await;
        assert_eq!((error.kind().as_str(), error.agent(), probe.alive()), ("deadline", "compute", 0));
        assert!(error.warnings().is_empty(), "{error:?}");
        // What does not listen is given up, and said.
        let started = probe.started();
        let run = tokio::spawn(runtime.run(one, Task::Deaf).deadline(SOON));
        probe.has_started(started + 1).await;
        while !run.is_finished() {
            advance(Duration::from_millis(50)).await;
            yield_now().await;
        }
        let error = run.await.expect("no panic").expect_err("too long");
        assert_eq!((error.kind().as_str(), error.warnings().len()), ("deadline", 1), "{error:?}");
        assert_eq!(probe.alive(), 1);
        probe.let_go();
    });
}
