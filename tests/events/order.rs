//! What is told is told in order, on however many threads a run goes on, and whatever is stopped on them.

use super::recorder::Checker;
use fastrand::Rng;
use handoff::prelude::*;
use handoff::{Outcome, Run};
use handoff_tests::drawn;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::task::Poll;
use std::thread;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::yield_now;

/// Says how far it is, and lets others have their turn.
#[agent]
async fn walk(steps: u32, cx: Context) -> u32 {
    for step in 0..steps {
        cx.progress(step.into(), "");
        yield_now().await;
    }
    steps
}

/// The same on a thread that nobody can stop.
#[agent(blocking)]
fn plod(steps: u32, cx: Context) -> u32 {
    for step in 0..steps {
        cx.progress(step.into(), "");
        thread::yield_now();
    }
    steps
}

#[agent(retries = 1)]
async fn stumble(steps: u32, cx: Context) -> Result<u32, &'static str> {
    yield_now().await;
    if cx.attempt() == 1 { Err("it does at first") } else { Ok(steps) }
}

/// A run that is part of this one.
#[agent]
async fn send_ahead(steps: u32, cx: Context) -> Result<u32, PipelineError> {
    Ok(cx.run(ahead, steps).await?.payload)
}

#[agent]
async fn set_out(walks: Vec<u32>) -> Vec<u32> {
    walks
}

#[agent]
async fn arrive(walks: Partial<u32>) -> u32 {
    walks.results().copied().sum()
}

pipeline! { ahead(u32) -> u32 { walk => stumble } }
pipeline! { way(u32) -> u32 { race(walk, plod, send_ahead, ahead) => stumble or walk } }
pipeline! { ways(Vec<u32>) -> u32 {
    set_out => fan_out(|walks| walks, max = 16) way => barrier(first = 2) => arrive
} }

/// Drops a future after so many turns, if that has not come to its end.
async fn within<F: Future>(turns: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..turns {
        tokio::select! {
            biased;
            output = &mut future => return Some(output),
            () = yield_now() => {}
        }
    }
    None
}

fn threads(count: usize) -> tokio::runtime::Runtime {
    let mut tokio = tokio::runtime::Builder::new_multi_thread();
    tokio.worker_threads(count).enable_all().build().expect("a tokio runtime")
}

#[test]
fn one_event_of_a_run_is_told_at_a_time_and_nothing_after_the_end_of_what_it_is_in() {
    let batches = drawn(20);
    let (tokio, checker) = (threads(4), Checker::default());
    let dropped = tokio.block_on(async {
        let runtime = Runtime::builder().observer(checker.clone()).build();
        let mut random = Rng::with_seed(13);
        let mut dropped = 0;
        for _ in 0..batches {
            let runs: Vec<_> = (0..16)
                .map(|_| {
                    let walks = (0..random.usize(3..16)).map(|_| random.u32(1..6)).collect();
                    let turns = if random.bool() { random.u32(1..400) } else { u32::MAX };
                    tokio::spawn(within(turns, runtime.run(ways, walks)))
                })
                .collect();
            for run in runs {
                match run.await.expect("no panic leaves a run") {
                    Some(outcome) => assert!(outcome.is_ok(), "{outcome:?}"),
                    None => dropped += 1,
                }
            }
        }
        dropped
    });
    // With what blocks its thread.
    drop(tokio);
    assert!((1..16 * batches).contains(&dropped), "{dropped} runs were dropped");
    assert_eq!((checker.wrong(), checker.open()), (Vec::new(), 0));
}

/// Shows itself to an observer before it sets out.
#[agent]
async fn wander(steps: u32, State(start): State<Arc<Start>>, cx: Context) -> u32 {
    let _ = start.shown.set(cx.clone());
    let _ = start.signal.acquire().await;
    for step in 0..steps {
        cx.progress(step.into(), "");
        yield_now().await;
    }
    steps
}

struct Start {
    signal: Semaphore,
    shown: OnceLock<Context>,
}

impl Default for Start {
    fn default() -> Self {
        Self { signal: Semaphore::new(0), shown: OnceLock::new() }
    }
}

pipeline! { wanderings(Vec<u32>) -> u32 {
    set_out => fan_out(|walks| walks, max = 9) wander => barrier(first = 1) => arrive
} }

type Wandering = Mutex<Option<Pin<Box<Run<u32>>>>>;

/// Polls a run once. What it has spawned goes on from there.
async fn set_going(run: Run<u32>) -> Pin<Box<Run<u32>>> {
    let mut run = Box::pin(run);
    let mut polled = false;
    poll_fn(|cx| {
        polled = polled || run.as_mut().poll(cx).is_pending();
        Poll::Ready(())
    })
    .await;
    assert!(polled, "it has not come to its end");
    run
}

/// Calls a function when so many steps are done.
struct AtStep<F>(u64, F);

impl<F: Fn() + Send + Sync + 'static> Observer for AtStep<F> {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::Progress { done, .. } = event
            && *done == self.0
        {
            self.1();
        }
    }
}

/// Writes down what is said of steps and of the end.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);

impl Observer for Steps {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        let line = match event {
            Event::Progress { done, .. } => done.to_string(),
            Event::Warned { warning, .. } => warning.message.to_string(),
            Event::RunEnded { outcome: Outcome::Dropped, .. } => "dropped".to_owned(),
            Event::RunEnded { .. } => "ended".to_owned(),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

impl Steps {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Panics where a function does not come to its end: it would wait for ever.
fn comes_to_its_end(f: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        f();
        let _ = done.send(());
    });
    match is_done.recv_timeout(Duration::from_mins(1)) {
        Err(RecvTimeoutError::Timeout) => panic!("it waits for ever"),
        // What it panics with is said there.
        Ok(()) | Err(RecvTimeoutError::Disconnected) => thread.join().expect("it has not panicked"),
    }
}

#[test]
fn what_an_observer_says_is_told_after_what_it_was_told() {
    comes_to_its_end(|| {
        let start = Arc::new(Start::default());
        let (steps, checker, said) = (Steps::default(), Checker::default(), Arc::clone(&start));
        let runtime = Runtime::builder()
            .state(Arc::clone(&start))
            .observer(AtStep(0, move || {
                let cx = said.shown.get().expect("it has begun");
                cx.progress(7, "");
                cx.warn("said by an observer");
                panic!("which touches nobody else");
            }))
            .observer(steps.clone())
            .observer(checker.clone())
            .build();
        start.signal.add_permits(1);
        let sum = threads(2).block_on(async { runtime.run(wanderings, vec![2]).await });
        assert_eq!(sum.expect("a sum").payload, 2);
        assert_eq!(steps.lines(), ["0", "7", "said by an observer", "1", "ended"]);
        assert_eq!((checker.wrong(), checker.open()), (Vec::new(), 0));
    });
}

#[test]
fn an_observer_that_drops_its_run_ends_it_for_those_after_it_as_well() {
    comes_to_its_end(|| {
        let (start, slot) = (Arc::new(Start::default()), Arc::new(Wandering::default()));
        let (steps, checker, dropped) = (Steps::default(), Checker::default(), Arc::clone(&slot));
        let runtime = Runtime::builder()
            .state(Arc::clone(&start))
            .observer(AtStep(2, move || drop(dropped.lock().unwrap().take())))
            .observer(steps.clone())
            .observer(checker.clone())
            .build();
        let tokio = threads(1);
        tokio.block_on(async {
            *slot.lock().unwrap() = Some(set_going(runtime.run(wanderings, vec![9])).await);
            start.signal.add_permits(1);
            // Resolves where the agent is gone with the run.
            start.shown.wait().clone().cancelled().await;
        });
        drop(tokio);
        assert_eq!(steps.lines(), ["0", "1", "2", "dropped"]);
        assert_eq!((checker.wrong(), checker.open()), (Vec::new(), 0));
    });
}

#[test]
fn observers_that_drop_each_others_runs_do_not_wait_for_each_other() {
    comes_to_its_end(|| {
        let (start, slots) = (Arc::new(Start::default()), Arc::new([(); 2].map(|()| Wandering::default())));
        let (both, all) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(3)));
        let checker = Checker::default();
        let runtime = Runtime::builder().state(Arc::clone(&start)).observer(checker.clone()).build();
        let tokio = threads(4);
        tokio.block_on(async {
            for own in 0..2 {
                let (both, all, others) = (Arc::clone(&both), Arc::clone(&all), Arc::clone(&slots));
                let run = runtime.run(wanderings, vec![9]).observer(AtStep(1, move || {
                    both.wait();
                    drop(others[1 - own].lock().unwrap().take());
                    all.wait();
                }));
                *slots[own].lock().unwrap() = Some(set_going(run).await);
            }
        });
        start.signal.add_permits(2);
        all.wait();
        // Its threads have left the observers when it is gone.
        drop(tokio);
        assert!(slots.iter().all(|slot| slot.lock().unwrap().is_none()), "both were dropped");
        assert_eq!((checker.wrong(), checker.open()), (Vec::new(), 0));
    });
}

#[test]
fn an_observer_may_cancel_its_run_and_even_drive_it() {
    comes_to_its_end(|| {
        let (start, slot) = (Arc::new(Start::default()), Arc::new(Wandering::default()));
        let (steps, driven) = (Steps::default(), Arc::clone(&slot));
        let runtime = Runtime::builder()
            .state(Arc::clone(&start))
            .observer(AtStep(1, move || {
                let mut slot = driven.lock().unwrap();
                let Some(run) = &mut *slot else { return };
                run.cancel_handle().cancel();
                let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
                let _ = run.as_mut().poll(&mut cx);
            }))
            .observer(steps.clone())
            .build();
        let error = threads(2).block_on(async {
            *slot.lock().unwrap() = Some(set_going(runtime.run(wanderings, vec![9])).await);
            start.signal.add_permits(1);
            start.shown.wait().clone().cancelled().await;
            let run = slot.lock().unwrap().take().expect("nobody has taken it");
            run.await.unwrap_err()
        });
        assert!(matches!(error.kind(), ErrorKind::Cancelled { .. }), "{error}");
        assert_eq!(steps.lines().last().map(String::as_str), Some("ended"));
    });
}
