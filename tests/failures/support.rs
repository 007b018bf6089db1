//! What the tests of this folder share.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

use handoff::{AttemptOutcome, prelude::*};

/// No test takes longer, unless it hangs.
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
}

impl Probe {
    /// Alive as long as the guard is.
    pub(crate) fn enter(&self) -> Guard {
        self.counts.started.fetch_add(1, SeqCst);
        let alive = self.counts.alive.fetch_add(1, SeqCst) + 1;
        self.counts.most_alive.fetch_max(alive, SeqCst);
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

    /// Waits until nothing is alive, for at most five seconds.
    pub(crate) async fn is_quiet(&self) -> bool {
        for _ in 0..500 {
            if self.alive() == 0 {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

pub(crate) struct Guard {
    probe: Probe,
}

impl Guard {
    /// It came to its end by itself.
    pub(crate) fn end(self) {
        self.probe.counts.ended.fetch_add(1, SeqCst);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.probe.counts.alive.fetch_sub(1, SeqCst);
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
