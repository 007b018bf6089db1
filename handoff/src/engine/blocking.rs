//! Functions that block, off the threads that drive everything else.

use super::halt::Dependents;
use super::nesting::{Here, inside};
use super::task_guard::has_passed;
use super::trace::Span;
use crate::agent::Failure;
use crate::panics::guarded;
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::Instant;

/// Calls `f` on tokio's blocking pool, in the span that is entered now. Its panics are the
/// caller's.
///
/// It begins only if it is still wanted when a thread is free for it: not once this future has been dropped,
/// what it is part of has ended, or `until` has come, whether or not anybody has been awake to notice. Then the
/// future never resolves: it is about to be dropped. Dropped later, `f` goes on by itself, since a thread
/// cannot be stopped, which shows in what is under way `here`; and what `f` has `started` is ended.
///
/// # Errors
///
/// [`Failure::ShutDown`] where tokio shuts down before `f` has begun.
pub(super) async fn blocking<T, F>(
    here: Here,
    started: Arc<Dependents>,
    until: Option<Instant>,
    f: F,
) -> Result<T, Failure>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let span = Span::current();
    let waiting = Waiting::new((f, here));
    let turn = waiting.clone();
    let thread = spawn_blocking(move || {
        // `here` is dropped last.
        let (f, here) = turn.take()?;
        if has_passed(until) || here.guard().is_over() {
            // What an agent was to be called with may panic when it is dropped.
            let _ = guarded(|| drop(f));
            return None;
        }
        Some(inside(&mut Some(here), || span.inside(f)))
    });
    let mut given_up = GiveUp { waiting, thread: thread.abort_handle(), started: Some(started) };
    match thread.await {
        Ok(Some(output)) => {
            given_up.started = None;
            Ok(output)
        }
        Ok(None) => pending().await,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(Failure::ShutDown),
        },
    }
}

/// What waits for a thread. Whoever takes it has it: the thread, or the one who gives it up, so that it holds up nobody
/// while the threads are busy with something else.
struct Waiting<J> {
    job: Arc<Mutex<Option<J>>>,
}

impl<J> Waiting<J> {
    fn new(job: J) -> Self {
        Self { job: Arc::new(Mutex::new(Some(job))) }
    }

    fn take(&self) -> Option<J> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<J> Clone for Waiting<J> {
    fn clone(&self) -> Self {
        Self { job: Arc::clone(&self.job) }
    }
}

struct GiveUp<J> {
    waiting: Waiting<J>,
    thread: AbortHandle,
    started: Option<Arc<Dependents>>,
}

impl<J> Drop for GiveUp<J> {
    fn drop(&mut self) {
        let job = self.waiting.take();
        self.thread.abort();
        if let Some(started) = &self.started {
            started.end();
        }
        let _ = guarded(|| drop(job));
    }
}
