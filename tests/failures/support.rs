//! What the tests of this folder share.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use handoff::{AttemptOutcome, prelude::*};

/// No test takes longer, unless it hangs, be the machine as busy as it may.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a tokio runtime")
}

pub(crate) fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a tokio runtime")
}

/// A clock that stands still while anything runs, and jumps to the next timer when nothing does.
pub(crate) fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().expect("a tokio runtime")
}

/// Runs a test on both flavours of tokio.
pub(crate) fn on_both<F: Future>(test: impl Fn() -> F) {
    for tokio in [current_thread(), multi_thread()] {
        tokio.block_on(async { tokio::time::timeout(PATIENCE, test()).await.expect("the test hangs") });
    }
}

/// The error as another process reads it.
pub(crate) fn reread(error: &PipelineError) -> PipelineError {
    let read = PipelineError::from_json(&error.to_json()).expect("an error of a run");
    let seen = |error: &PipelineError| {
        (format!("{error:?}"), error.kept().map(|kept| format!("{kept}")).collect::<Vec<_>>())
    };
    assert_eq!(seen(&read), seen(error));
    read
}

/// Counts what is alive, what was started and what came to its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    started: AtomicUsize,
    alive: AtomicUsize,
    most_alive: AtomicUsize,
    ended: AtomicUsize,
    changed: Notify,
    let_go: Mutex<bool>,
    may_go: Condvar,
}

impl Probe {
    /// Alive as long as the guard is.
    pub(crate) fn enter(&self) -> Guard {
        self.counts.started.fetch_add(1, SeqCst);
        let alive = self.counts.alive.fetch_add(1, SeqCst) + 1;
        self.counts.most_alive.fetch_max(alive, SeqCst);
        self.counts.changed.notify_waiters();
        Guard { probe: self.clone() }
    }

    pub(crate) fn started(&self) -> usize {
        self.counts.started.load(SeqCst)
    }

    pub(crate) fn alive(&self) -> usize {
        self.counts.alive.load(SeqCst)
    }

    pub(crate) fn most_alive(&self) -> usize {
        self.counts.most_alive.load(SeqCst)
    }

    pub(crate) fn ended(&self) -> usize {
        self.counts.ended.load(SeqCst)
    }

    /// Waits until nothing is alive: whether that comes.
    pub(crate) async fn is_quiet(&self) -> bool {
        self.comes_to(|probe| probe.alive() == 0).await
    }

    /// Waits until so many have been started.
    pub(crate) async fn has_started(&self, count: usize) {
        assert!(self.comes_to(|probe| probe.started() >= count).await, "{count} are not started: {self:?}");
    }

    /// Blocks this thread until [`Probe::let_go`] has been called.
    pub(crate) fn block(&self) {
        let held = self.counts.let_go.lock().expect("nobody panicked here");
        let held = self.counts.may_go.wait_timeout_while(held, PATIENCE, |let_go| !*let_go);
        drop(held.expect("nobody panicked here"));
    }

    /// Lets all threads go that are blocked, now and later.
    pub(crate) fn let_go(&self) {
        *self.counts.let_go.lock().expect("nobody panicked here") = true;
        self.counts.may_go.notify_all();
    }

    /// Drops what is under way as soon as so many have been started.
    pub(crate) async fn drop_at(&self, started: usize, run: impl Future) {
        tokio::select! {
            biased;
            _ = run => panic!("it has come to its end"),
            () = self.has_started(started) => {}
        }
    }

    /// Waits until its counts are such: whether that comes.
    pub(crate) async fn comes_to(&self, such: impl Fn(&Self) -> bool) -> bool {
        let comes = async {
            loop {
                let mut changed = pin!(self.counts.changed.notified());
                changed.as_mut().enable();
                if such(self) {
                    break;
                }
                changed.await;
            }
        };
        tokio::time::timeout(PATIENCE, comes).await.is_ok()
    }
}

pub(crate) struct Guard {
    probe: Probe,
}

impl Guard {
    /// It came to its end by itself.
    pub(crate) fn end(self) {
        self.probe.counts.ended.fetch_add(1, SeqCst);
        self.probe.counts.changed.notify_waiters();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.probe.counts.alive.fetch_sub(1, SeqCst);
        self.probe.counts.changed.notify_waiters();
    }
}

/// Writes down what an observer hears, a line for each event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no observer panicked").clone()
    }

    /// The lines that start so.
    pub(crate) fn of(&self, start: &str) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.starts_with(start)).collect()
    }
}

impl Observer for Log {
    fn observe(&self, _: handoff::TraceId, event: &Event<'_>) {
        let at = event.at().task_path.as_ref().map(|path| format!("[{}]", path.index())).unwrap_or_default();
        let line = match event {
            Event::RunStarted { pipeline, .. } => format!("start {pipeline}"),
            Event::Handoff { source, target, tokens, payload, .. } => {
                assert!(payload.is_none(), "nobody asked for payloads");
                format!("handoff{at} {source} -> {target} {}", tokens.count)
            }
            Event::AttemptEnded {
                agent,
                attempt,
                outcome: AttemptOutcome::Failed { error, retry_in, .. },
                ..
            } => {
                let again = if retry_in.is_some() { "again" } else { "over" };
                format!("failed{at} {agent} {attempt} {} {again}", error.as_str())
            }
            Event::RunEnded { outcome, .. } => match outcome {
                handoff::Outcome::Succeeded => "end well".to_owned(),
                handoff::Outcome::Failed(error) => format!("end {}", error.kind().as_str()),
                handoff::Outcome::Dropped => "end dropped".to_owned(),
                _ => "end otherwise".to_owned(),
            },
            _ => return,
        };
        self.lines.lock().expect("no observer panicked").push(line);
    }
}
