//! What handoff started is stopped: when a run is dropped, when a barrier closes, when tokio goes
//! away. And what tokio lacks is said.

use super::support::{Log, Probe, current_thread, multi_thread, on_both};
use handoff::prelude::*;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context as Waking, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
#[derive(Copy, PartialEq)]
pub enum Fate {
    Well,
    /// Fails as soon as so many are alive.
    Error(usize),
    /// Waits for an hour.
    Wait,
    /// Blocks its thread until that is let go.
    Stuck,
    /// Blocks its thread for this many milliseconds, and answers.
    Block(u64),
    /// Sleeps a little, and then blocks its thread.
    BlockLater(u64),
    /// Starts something beside itself, and hangs.
    Detach,
}

#[contract]
pub struct Batch {
    pub fates: Vec<Fate>,
}

#[contract]
pub struct Batches {
    pub batches: Vec<Batch>,
}

// In real time, with room for those that do not wait for it.
#[agent(timeout = "500ms")]
async fn work(fate: Fate, cx: Context, State(probe): State<Probe>) -> Result<u8, String> {
    detach(fate, cx, &probe);
    do_it(fate, probe).await
}

#[agent(timeout = "none")]
async fn patient(fate: Fate, cx: Context, State(probe): State<Probe>) -> Result<u8, String> {
    detach(fate, cx, &probe);
    do_it(fate, probe).await
}

fn detach(fate: Fate, cx: Context, probe: &Probe) {
    if fate == Fate::Detach {
        let guard = probe.enter();
        tokio::spawn(async move {
            cx.cancelled().await;
            guard.end();
        });
    }
}

/// While the run goes on.
#[agent]
async fn listen(_settled: Partial<u8>, State(probe): State<Probe>) -> bool {
    probe.is_quiet().await
}

async fn do_it(fate: Fate, probe: Probe) -> Result<u8, String> {
    let guard = probe.enter();
    match fate {
        Fate::Well => {}
        Fate::Error(alive) => {
            // It looks by itself: woken by one that blocks its thread next, it would be waiting for that very thread.
            for _ in 0..60_000 {
                if probe.alive() >= alive {
                    return Err("no luck".into());
                }
                sleep(Duration::from_millis(1)).await;
            }
            panic!("{alive} are not alive in a minute: {probe:?}");
        }
        Fate::Wait => sleep(Duration::from_hours(1)).await,
        Fate::Stuck => probe.block(),
        Fate::Block(ms) => thread::sleep(Duration::from_millis(ms)),
        Fate::BlockLater(ms) => {
            sleep(Duration::from_millis(5)).await;
            thread::sleep(Duration::from_millis(ms));
        }
        Fate::Detach => std::future::pending().await,
    }
    guard.end();
    Ok(1)
}

#[agent(role = planner)]
async fn plan(batch: Batch) -> Batch {
    batch
}

#[agent(role = planner)]
async fn plans(batches: Batches) -> Batches {
    batches
}

pipeline! { pub single(Fate) -> u8 { work } }
pipeline! { pub alone(Fate) -> u8 { patient } }
pipeline! { pub strict(Batch) -> Vec<u8> { plan => fan_out(fates) patient => barrier(all) } }
pipeline! { pub hasty(Batch) -> Partial<u8> { plan => fan_out(fates) work => barrier(settled) } }
pipeline! { pub settled(Batch) -> Partial<u8> { plan => fan_out(fates) patient => barrier(settled) } }
pipeline! { pub heard(Batch) -> bool { plan => fan_out(fates) work => barrier(settled) => listen } }
pipeline! {
    pub later(Fate) -> Partial<u8> {
        patient => map(|_| batch(&[Fate::BlockLater(0), Fate::Error(1)])) => fan_out(fates) patient => barrier(settled)
    }
}
pipeline! { pub nested(Batches) -> Vec<Vec<u8>> { plans => fan_out(batches) strict => barrier(all) } }

fn setup() -> (Runtime<Probe>, Probe, Log) {
    let (probe, log) = (Probe::default(), Log::default());
    (Runtime::builder().state(probe.clone()).observer(log.clone()).build(), probe, log)
}

fn batch(fates: &[Fate]) -> Batch {
    Batch { fates: fates.to_vec() }
}

#[test]
fn nothing_happens_before_a_run_is_polled() {
    on_both(|| async {
        let (runtime, probe, log) = setup();
        drop(runtime.run(single, Fate::Well));
        assert_eq!((probe.started(), log.lines().len()), (0, 0));
    });
}

#[test]
fn nothing_goes_on_under_a_run_that_is_dropped() {
    on_both(|| async {
        let (runtime, probe, log) = setup();
        probe.drop_at(1, runtime.run(alone, Fate::Wait)).await;
        assert_eq!(probe.alive(), 0, "an agent of its own is dropped with the run");
        assert_eq!(log.lines().last().map(String::as_str), Some("end dropped"));

        probe.drop_at(1 + 20, runtime.run(settled, batch(&[Fate::Wait; 20]))).await;
        assert!(probe.is_quiet().await, "{probe:?}");

        let batches = vec![batch(&[Fate::Wait; 5]); 5];
        probe.drop_at(1 + 20 + 25, runtime.run(nested, Batches { batches })).await;
        assert!(probe.is_quiet().await, "{probe:?}");
        assert_eq!(probe.ended(), 0);
        assert!(log.of("handoff").iter().all(|line| !line.contains("-> caller")));
    });
}

#[test]
fn a_barrier_waits_for_what_runs_below_its_tasks() {
    on_both(|| async {
        let (runtime, probe, _) = setup();
        let mut batches = vec![batch(&[Fate::Wait; 5]); 5];
        batches[3] = batch(&[Fate::Wait, Fate::Error(22)]);
        let error = runtime.run(nested, Batches { batches }).await.expect_err("one failed");
        assert_eq!((error.task(), error.pipeline(), error.agent()), (Some(1), "strict", "patient"));
        assert_eq!(
            error.to_string(),
            "pipeline `nested`, task 3, pipeline `strict`, task 3.1, agent `patient`: no luck"
        );
        assert_eq!(probe.alive(), 0, "what the tasks had started has stopped as well");
        assert!(error.warnings().is_empty(), "{:?}", error.warnings());
    });
}

#[test]
fn a_blocked_thread_holds_a_barrier_for_a_second_at_most() {
    multi_thread().block_on(async {
        let (runtime, probe, _) = setup();
        let started = Instant::now();
        let fates = [Fate::Error(2), Fate::Stuck];
        let error = runtime.run(strict, batch(&fates)).await.expect_err("one failed");
        assert_eq!((error.kind().as_str(), error.task()), ("agent", Some(0)), "{error}");
        assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
        assert_eq!(probe.alive(), 1, "it still blocks its thread");
        let warnings: Vec<_> = error.warnings().iter().map(ToString::to_string).collect();
        assert!(warnings.len() == 1 && warnings[0].contains("block their thread"), "{warnings:?}");
        assert!(warnings[0].contains("1 of the stopped tasks"), "{warnings:?}");

        // The same one level down: the outer barrier notices, too.
        let batches = vec![batch(&[Fate::Stuck]), batch(&[Fate::Error(3)])];
        let error = runtime.run(nested, Batches { batches }).await.expect_err("one failed");
        let warnings: Vec<_> = error.warnings().iter().map(ToString::to_string).collect();
        assert!(warnings.len() == 1 && warnings[0].contains("inside stopped tasks"), "{warnings:?}");
        probe.let_go();
        assert!(probe.is_quiet().await);
    });
}

#[test]
fn an_answer_after_the_timeout_has_timed_out_all_the_same() {
    on_both(|| async {
        let (runtime, _, _) = setup();
        for fate in [Fate::Block(700), Fate::BlockLater(700)] {
            let error = runtime.run(single, fate).await.expect_err("it is late");
            assert!(
                matches!(error.kind(), ErrorKind::TimedOut { after } if *after == Duration::from_millis(500)),
                "{error}"
            );
        }
        let fates = [Fate::Well, Fate::Block(700), Fate::Well];
        let some = runtime.run(hasty, batch(&fates)).await.expect("all settled");
        assert_eq!(some.payload.failures().map(|failure| failure.task).collect::<Vec<_>>(), [1]);
        // Nor is one late that blocks its thread, if it has the time.
        let patient =
            Runtime::builder().state(Probe::default()).agent::<work>(|a| a.timeout(Duration::from_mins(1)));
        assert_eq!(patient.build().run(single, Fate::Block(20)).await.expect("in time").payload, 1);
    });
}

#[test]
fn what_an_agent_started_beside_itself_hears_that_it_was_stopped() {
    on_both(|| async {
        let (runtime, probe, _) = setup();
        // By its timeout, long before the run ends.
        let quiet = runtime.run(heard, batch(&[Fate::Detach, Fate::Well])).await.expect("all settled");
        assert!(quiet.payload, "{probe:?}");
        assert_eq!(probe.ended(), 2, "the well one, and what the other had started");
        // By its barrier.
        runtime.run(strict, batch(&[Fate::Detach, Fate::Error(3)])).await.expect_err("one failed");
        assert!(probe.is_quiet().await, "{probe:?}");
        // By the run that is dropped.
        probe.drop_at(probe.started() + 2, runtime.run(alone, Fate::Detach)).await;
        assert!(probe.is_quiet().await, "{probe:?}");
        assert_eq!(probe.ended(), 4);
    });
}

#[test]
fn a_tokio_runtime_that_is_dropped_takes_its_runs_with_it() {
    for tokio in [current_thread(), multi_thread()] {
        let (runtime, probe, log) = setup();
        let run = tokio.spawn(runtime.run(settled, batch(&[Fate::Wait; 20])));
        tokio.block_on(probe.has_started(20));
        drop(tokio);
        assert_eq!((probe.alive(), probe.ended()), (0, 0));
        assert!(run.is_finished());
        assert_eq!(log.lines().last().map(String::as_str), Some("end dropped"));
    }
}

#[test]
fn a_tokio_runtime_that_goes_away_under_a_run_cancels_it() {
    for fates in [vec![Fate::Wait; 5], vec![Fate::Wait; 2_000]] {
        for flavour in [current_thread, multi_thread] {
            let (runtime, probe, _) = setup();
            let tokio = flavour();
            let handle = tokio.handle().clone();
            let error = {
                let _context = handle.enter();
                let mut run = pin!(runtime.run(settled, batch(&fates)));
                assert!(poll(run.as_mut()).is_pending());
                tokio.block_on(probe.has_started(1));
                tokio.shutdown_timeout(Duration::from_mins(1));
                block_on(run).expect_err("tokio is gone")
            };
            // `settled` tolerates failures; that nobody knows what became of the tasks is none.
            assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Tokio }), "{error}");
            assert_eq!(error.pipeline(), "settled");
            assert_eq!((probe.alive(), probe.ended()), (0, 0));
        }
    }
    // An agent that runs on the run's own task, and waits for a timer.
    let (runtime, _, _) = setup();
    let tokio = current_thread();
    let handle = tokio.handle().clone();
    let _context = handle.enter();
    let mut run = pin!(runtime.run(alone, Fate::Wait));
    assert!(poll(run.as_mut()).is_pending());
    tokio.shutdown_background();
    let error = block_on(run).expect_err("tokio is gone");
    assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Tokio }), "{error}");
}

#[test]
fn without_a_tokio_runtime_there_is_an_error_and_no_panic() {
    let (runtime, probe, log) = setup();
    let error = block_on(pin!(runtime.run(single, Fate::Well))).expect_err("there is no tokio");
    assert!(matches!(error.kind(), ErrorKind::NoRuntime { .. }), "{error}");
    assert!(error.to_string().contains("#[tokio::main]"), "{error}");
    assert_eq!(error.pipeline(), "single");

    let timeless = tokio::runtime::Builder::new_current_thread().build().expect("a tokio runtime");
    let error = timeless.block_on(runtime.run(single, Fate::Well)).expect_err("there are no timers");
    assert!(matches!(error.kind(), ErrorKind::NoRuntime { .. }), "{error}");
    assert!(error.to_string().contains("enable_time()"), "{error}");
    assert_eq!((probe.started(), log.lines().len()), (0, 0));

    // The same handoff runtime works where tokio does.
    assert!(current_thread().block_on(runtime.run(single, Fate::Well)).is_ok());
    let error = timeless.block_on(runtime.run(single, Fate::Well)).expect_err("still no timers");
    assert!(matches!(error.kind(), ErrorKind::NoRuntime { .. }), "{error}");
}

#[test]
fn a_runtime_serves_many_tokio_runtimes() {
    let (runtime, _, _) = setup();
    for tokio in [current_thread(), multi_thread(), current_thread()] {
        let result = tokio.block_on(runtime.run(strict, batch(&[Fate::Well; 3])));
        assert_eq!(result.expect("all is well").payload, [1, 1, 1]);
    }
}

#[test]
fn what_began_inside_of_tokio_goes_on_outside_of_it() {
    /// Polls it once inside.
    fn begin<F: Future>(tokio: &tokio::runtime::Runtime, mut future: std::pin::Pin<&mut F>) {
        let began = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending()));
        assert!(tokio.block_on(began), "it has to wait");
    }
    /// The same, and then outside until its end.
    fn moved<F: Future>(tokio: &tokio::runtime::Runtime, future: F) -> F::Output {
        let mut future = pin!(future);
        begin(tokio, future.as_mut());
        block_on(future)
    }

    let (runtime, probe, _) = setup();
    for tokio in [current_thread(), multi_thread()] {
        let mut run = pin!(runtime.run(alone, Fate::Wait));
        begin(&tokio, run.as_mut());
        run.cancel_handle().cancel();
        let error = block_on(run).expect_err("it was cancelled");
        assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }), "{error}");
    }
    // Where tokio goes on by itself, timers and tasks are there.
    let tokio = multi_thread();
    let run = runtime.run(alone, Fate::Wait).deadline(Duration::from_millis(500));
    let error = moved(&tokio, run).expect_err("it is late");
    assert!(matches!(error.kind(), ErrorKind::Deadline { .. }), "{error}");
    let error = moved(&tokio, runtime.run(single, Fate::Wait)).expect_err("it is late");
    assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
    let partial =
        moved(&tokio, runtime.run(later, Fate::BlockLater(0))).expect("all but one are well").payload;
    assert_eq!((partial.results().len(), partial.failures().len()), (1, 1));

    let started = probe.started();
    let _under_way = tokio.spawn(runtime.run(alone, Fate::Wait));
    tokio.block_on(probe.has_started(started + 1));
    let shutdown = moved(&tokio, runtime.shutdown(Duration::from_millis(20)));
    assert_eq!((shutdown.ended, shutdown.cancelled, shutdown.left), (0, 1, 0));
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Waking::from_waker(Waker::noop()))
}

/// Awaits a future without a runtime.
fn block_on<F: Future>(mut future: std::pin::Pin<&mut F>) -> F::Output {
    struct Bell {
        rung: AtomicBool,
        thread: thread::Thread,
    }
    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.rung.store(true, SeqCst);
            self.thread.unpark();
        }
    }
    let bell = Arc::new(Bell { rung: AtomicBool::new(false), thread: thread::current() });
    let waker = Waker::from(Arc::clone(&bell));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Waking::from_waker(&waker)) {
            return output;
        }
        let asleep = std::time::Instant::now();
        while !bell.rung.swap(false, SeqCst) {
            assert!(asleep.elapsed() < Duration::from_mins(1), "nobody wakes the future");
            thread::park_timeout(Duration::from_millis(100));
        }
    }
}
