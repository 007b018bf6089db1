//! What threads that are busy do once nobody waits for them any more: nothing new, and nothing is told of it.

use super::support::{Log, multi_thread};
use handoff::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Clone, Debug, Default, FromRef)]
pub struct App {
    busy: Busy,
}

#[derive(Clone, Debug, Default)]
pub struct Busy {
    /// Told when `hold` keeps its thread.
    begun: Arc<Notify>,
    /// How often `then` was called.
    then: Arc<AtomicUsize>,
}

#[contract]
#[derive(Copy)]
pub enum Do {
    Hold,
    Fail,
}

#[contract]
pub struct All {
    pub all: Vec<Do>,
}

/// Keeps its thread until nobody waits for it any more, and then ends well.
#[agent(timeout = "none")]
async fn hold(what: Do, cx: Context, State(busy): State<Busy>) -> Result<Do, &'static str> {
    if let Do::Fail = what {
        busy.begun.notified().await;
        return Err("no luck");
    }
    // From elsewhere: tokio would leave a task that is woken here to this thread.
    std::thread::spawn(move || busy.begun.notify_one());
    while !cx.is_cancelled() {
        std::thread::yield_now();
    }
    cx.warn("it is over");
    cx.progress(1, "it is over");
    Ok(what)
}

/// The next, which is ready at once.
#[agent]
async fn then(what: Do, State(busy): State<Busy>) -> Do {
    busy.then.fetch_add(1, SeqCst);
    what
}

#[agent]
async fn all(what: Do) -> All {
    All { all: vec![what] }
}

#[agent]
async fn count(all: Vec<Do>) -> usize {
    all.len()
}

#[agent]
async fn both(both: (Do, Do)) -> Do {
    both.0
}

pipeline! { first(Do) -> usize { hold => then => all => fan_out(all) then => barrier(all) => count } }
pipeline! { in_tasks(All) -> usize { fan_out(all) { hold => then } => barrier(all) => count } }
pipeline! { in_a_join(Do) -> Do { join({ hold => then }, then) => both } }
pipeline! { in_a_race(Do) -> Do { race({ hold => then }, { hold => then }) } }
pipeline! { in_a_loop(All) -> usize { fan_out(all) { repeat(max = 9, until = |_| false) { hold or then => then } } => barrier(settled) => map(|all| all.total()) } }

/// How a run is ended while an agent keeps its thread.
#[derive(Clone, Copy, Debug)]
enum End {
    Dropped,
    Cancelled,
    ShutDown,
}

/// Runs it, and ends it while `hold` is called; what was told.
fn ended<T: Send + 'static>(
    by: End,
    run: impl FnOnce(&Runtime<App>) -> handoff::Run<T>,
) -> (Vec<String>, usize) {
    let (app, log, tokio) = (App::default(), Log::default(), multi_thread());
    let runtime = Runtime::builder().state(app.clone()).observer(log.clone()).build();
    let run = run(&runtime);
    tokio.block_on(async {
        let handle = run.cancel_handle();
        let mut run = tokio::spawn(run);
        tokio::select! {
            ended = &mut run => panic!("it has ended: {:?}", ended.map(|ended| ended.map(|_| ()))),
            () = app.busy.begun.notified() => {}
        }
        match by {
            End::Dropped => run.abort(),
            End::Cancelled => handle.cancel(),
            End::ShutDown => assert_eq!(runtime.shutdown(Duration::ZERO).await.ended, 0),
        }
        let _ = run.await;
    });
    // Waits until all threads have come to where they can be stopped.
    drop(tokio);
    (log.lines(), app.busy.then.load(SeqCst))
}

#[test]
fn nothing_begins_and_nothing_is_told() {
    for by in [End::Dropped, End::Cancelled, End::ShutDown] {
        let hold_one = || All { all: vec![Do::Hold] };
        let all = [
            ended(by, |runtime| runtime.run(first, Do::Hold)),
            ended(by, |runtime| runtime.run(in_tasks, hold_one())),
            ended(by, |runtime| runtime.run(in_a_loop, hold_one())),
            ended(by, |runtime| runtime.run(in_a_race, Do::Hold)),
        ];
        for (told, then) in all {
            assert_eq!(then, 0, "{by:?}: {told:#?}");
            assert!(told.last().is_some_and(|last| last.starts_with("end ")), "{by:?}: {told:#?}");
        }
        // The other branch may have begun before.
        let (told, then) = ended(by, |runtime| runtime.run(in_a_join, Do::Hold));
        assert!(then <= 1 && told.last().is_some_and(|last| last.starts_with("end ")), "{by:?}: {told:#?}");
    }
}

#[test]
fn a_task_that_is_stopped_by_its_barrier_begins_nothing() {
    for _ in 0..10 {
        let (app, log, tokio) = (App::default(), Log::default(), multi_thread());
        let runtime = Runtime::builder().state(app.clone()).observer(log.clone()).build();
        let error = tokio.block_on(runtime.run(in_tasks, All { all: vec![Do::Hold, Do::Fail] })).unwrap_err();
        assert_eq!(error.to_string(), "pipeline `in_tasks`, task 1, agent `hold`: no luck");
        drop(tokio);
        assert_eq!(app.busy.then.load(SeqCst), 0);
        assert_eq!(log.lines().last().map(String::as_str), Some("end agent"));
    }
}

#[test]
fn a_run_that_is_ending_is_ending_for_its_first_reason() {
    let (app, tokio) = (App::default(), multi_thread());
    let runtime = Runtime::builder().state(app.clone()).build();
    let error = tokio.block_on(async {
        let run = runtime.run(first, Do::Hold);
        let handle = run.cancel_handle();
        let run = tokio::spawn(run);
        app.busy.begun.notified().await;
        handle.cancel();
        runtime.shutdown(Duration::ZERO).await;
        handle.cancel();
        run.await.expect("no panic").expect_err("it was cancelled")
    });
    assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }), "{error}");
}
