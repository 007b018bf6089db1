//! Agents that block, and that nobody wants any more before there is a thread for them.

use super::support::Probe;
use handoff::prelude::*;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;
use std::time::Duration;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::advance;

const TEN_SECONDS: Duration = Duration::from_secs(10);

#[agent(blocking, timeout = "10m")]
fn publish(_: u8, State(probe): State<Probe>) -> bool {
    probe.enter().end();
    true
}

#[agent(blocking, timeout = "10s")]
fn publish_soon(_: u8, State(probe): State<Probe>) -> bool {
    probe.enter().end();
    true
}

thread_local! {
    static HELD: RefCell<Option<Busy>> = const { RefCell::new(None) };
}

/// Lets the thread have all that waits for it as soon as one of these is stopped: what is stopped with it and dropped later
/// is still there.
struct Hold;

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(busy) = HELD.take() {
            busy.end();
        }
    }
}

#[agent]
async fn hold(_: u8) -> bool {
    let _hold = Hold;
    std::future::pending().await
}

#[agent]
async fn fail(_: u8) -> Result<bool, &'static str> {
    Err("no luck")
}

pipeline! { pub plain(u8) -> bool { publish } }
pipeline! { pub soon(u8) -> bool { publish_soon } }
pipeline! { pub fanned_out(Vec<u8>) -> Vec<bool> { fan_out(|all| all) publish => barrier(all) } }
pipeline! { pub bounded(Vec<u8>) -> Partial<bool> { fan_out(|all| all) publish => barrier(settled, deadline = "10s") } }
pipeline! { pub nested(Vec<Vec<u8>>) -> Partial<Vec<bool>> { fan_out(|all| all) fanned_out => barrier(settled, deadline = "10s") } }
pipeline! { pub beside(u8) -> (bool, bool, bool, bool) { join(hold, publish, hold, fail) } }

/// The one thread that there is for what blocks, as long as it is busy with something else.
struct Busy {
    free: Sender<()>,
}

impl Busy {
    fn new() -> Self {
        let (free, busy) = channel::<()>();
        drop(spawn_blocking(move || busy.recv()));
        Self { free }
    }

    /// Lets the thread have all that waits for it, while the thread that drives everything else sits here.
    fn end(self) {
        let (end, ended) = channel();
        drop(spawn_blocking(move || end.send(())));
        drop(self.free);
        ended.recv().expect("the thread comes to it");
    }
}

/// Polls a run until it waits for a thread.
async fn begin(mut run: Pin<&mut impl Future>) {
    for _ in 0..3 {
        poll_fn(|cx| {
            assert!(run.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        yield_now().await;
    }
}

fn test<F: Future>(test: impl FnOnce(Runtime<Probe>, Probe, Busy) -> F) {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .max_blocking_threads(1)
        .build()
        .expect("a tokio runtime");
    tokio.block_on(async {
        let probe = Probe::default();
        test(Runtime::builder().state(probe.clone()).build(), probe, Busy::new()).await;
    });
}

#[test]
fn a_run_that_is_cancelled_begins_nothing() {
    test(|runtime, probe, busy| async move {
        let run = runtime.run(fanned_out, vec![1, 2, 3]);
        let handle = run.cancel_handle();
        let mut run = pin!(run);
        begin(run.as_mut()).await;
        handle.cancel();
        busy.end();
        let error = run.await.expect_err("it was cancelled");
        assert_eq!((error.kind().as_str(), error.agent(), probe.started()), ("cancelled", "publish", 0));
        assert!(error.warnings().is_empty(), "{error:?}");
    });
}

#[test]
fn a_run_that_is_dropped_begins_nothing() {
    test(|runtime, probe, busy| async move {
        let mut run = Box::pin(runtime.run(fanned_out, vec![1, 2, 3]));
        begin(run.as_mut()).await;
        drop(run);
        busy.end();
        assert_eq!(probe.started(), 0);
    });
}

#[test]
fn a_run_whose_deadline_passes_while_nobody_looks_begins_nothing() {
    test(|runtime, probe, busy| async move {
        let mut run = pin!(runtime.run(plain, 1).deadline(TEN_SECONDS));
        begin(run.as_mut()).await;
        advance(TEN_SECONDS).await;
        busy.end();
        let error = run.await.expect_err("it is late");
        assert_eq!((error.kind().as_str(), error.agent(), probe.started()), ("deadline", "publish", 0));
    });
}

#[test]
fn a_runtime_that_is_shut_down_begins_nothing() {
    test(|runtime, probe, busy| async move {
        let mut run = pin!(runtime.run(fanned_out, vec![1, 2, 3]));
        begin(run.as_mut()).await;
        let mut shutdown = pin!(runtime.shutdown(Duration::ZERO));
        begin(shutdown.as_mut()).await;
        busy.end();
        let error = run.await.expect_err("it was stopped");
        assert_eq!((error.kind().as_str(), error.agent(), probe.started()), ("cancelled", "publish", 0));
        assert_eq!(shutdown.await.cancelled, 1);
    });
}

#[test]
fn a_runtime_whose_grace_passes_while_nobody_looks_begins_nothing() {
    test(|runtime, probe, busy| async move {
        let mut run = pin!(runtime.run(fanned_out, vec![1, 2, 3]));
        begin(run.as_mut()).await;
        let mut shutdown = pin!(runtime.shutdown(TEN_SECONDS));
        begin(shutdown.as_mut()).await;
        advance(TEN_SECONDS).await;
        busy.end();
        assert_eq!(probe.started(), 0);
        let (error, shutdown) = tokio::join!(run, shutdown);
        let error = error.expect_err("it was stopped");
        assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }), "{error}");
        assert_eq!((error.agent(), shutdown.cancelled, shutdown.left), ("publish", 1, 0));
    });
    // One that is dropped gives no grace: what is under way goes on.
    test(|runtime, probe, busy| async move {
        let mut run = pin!(runtime.run(fanned_out, vec![1, 2, 3]));
        begin(run.as_mut()).await;
        {
            let mut shutdown = pin!(runtime.shutdown(TEN_SECONDS));
            begin(shutdown.as_mut()).await;
        }
        advance(TEN_SECONDS).await;
        busy.end();
        assert_eq!(run.await.expect("nobody stops it").payload.len(), 3);
        assert_eq!(probe.started(), 3);
    });
}

#[test]
fn an_attempt_that_times_out_while_nobody_looks_does_not_begin() {
    test(|runtime, probe, busy| async move {
        let mut run = pin!(runtime.run(soon, 1));
        begin(run.as_mut()).await;
        advance(TEN_SECONDS).await;
        busy.end();
        let error = run.await.expect_err("it is late");
        assert_eq!((error.kind().as_str(), error.agent(), probe.started()), ("timed_out", "publish_soon", 0));
    });
}

#[test]
fn a_barrier_whose_deadline_passes_while_nobody_looks_begins_nothing() {
    test(|runtime, probe, busy| async move {
        let mut flat = pin!(runtime.run(bounded, vec![1, 2]));
        let mut deep = pin!(runtime.run(nested, vec![vec![1], vec![2, 3]]));
        begin(flat.as_mut()).await;
        begin(deep.as_mut()).await;
        advance(TEN_SECONDS).await;
        busy.end();
        let (flat, deep) = (flat.await.expect("settled").payload, deep.await.expect("settled").payload);
        assert_eq!((flat.failures().len(), deep.failures().len(), probe.started()), (2, 2, 0));
    });
}

#[test]
fn a_barrier_that_stops_its_tasks_begins_none_of_them() {
    test(|runtime, probe, busy| async move {
        HELD.set(Some(busy));
        let run = runtime.run(beside, 1);
        let error = run.await.expect_err("one of them fails");
        assert_eq!((error.agent(), probe.started()), ("fail", 0));
    });
}

#[test]
fn what_waits_for_a_thread_holds_up_no_end() {
    test(|runtime, probe, busy| async move {
        let run = runtime.run(fanned_out, vec![1, 2, 3]);
        let handle = run.cancel_handle();
        let mut run = pin!(run);
        begin(run.as_mut()).await;
        handle.cancel();
        // The thread is busy with what is not the run's.
        let error = run.await.expect_err("it was cancelled");
        assert!(error.warnings().is_empty(), "{error:?}");
        busy.end();
        assert_eq!(probe.started(), 0);
    });
}

#[test]
fn what_is_wanted_begins_when_there_is_a_thread() {
    test(|runtime, probe, busy| async move {
        let mut run = pin!(runtime.run(fanned_out, vec![1, 2, 3]));
        begin(run.as_mut()).await;
        assert_eq!(probe.started(), 0);
        busy.end();
        assert_eq!(run.await.expect("all is well").payload, [true; 3]);
    });
}
