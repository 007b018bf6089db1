//! Tokio's clock, which may be missing, or go away under a run.

use super::guard::{Guarded, caught, guarded};
use crate::error::{CancelledBy, ErrorKind};
use pin_project_lite::pin_project;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Handle, Id};
use tokio::time::{Instant, Sleep, sleep, timeout};

/// What came of waiting for an agent.
pub(crate) enum Answer<T> {
    /// It answered in time, or panicked with this message.
    Came(Result<T, String>),
    /// It did not answer in time.
    Late,
    /// The tokio runtime is shutting down.
    ShutDown,
}

/// Waits for an agent. An answer that comes late is late, even if it comes at the first look: the
/// agent may have blocked the thread, and with it the timer.
pub(crate) async fn within<F: Future>(
    limit: Option<Duration>,
    agent: Pin<&mut Guarded<F>>,
) -> Answer<F::Output> {
    let answer = match limit {
        Some(limit) => in_time(limit, agent).await,
        None => Answer::Came(agent.await),
    };
    match answer {
        // An agent that waits for a timer of its own while the runtime goes away panics with
        // tokio's words: it is not to blame.
        Answer::Came(Err(_)) if is_shutting_down() => Answer::ShutDown,
        answer => answer,
    }
}

async fn in_time<F: Future>(limit: Duration, mut agent: Pin<&mut Guarded<F>>) -> Answer<F::Output> {
    let started = Instant::now();
    // An agent that answers at once needs no timer.
    let first = poll_fn(|cx| Poll::Ready(agent.as_mut().poll(cx))).await;
    let answer = match first {
        Poll::Ready(answer) => answer,
        Poll::Pending => {
            let left = limit.saturating_sub(started.elapsed());
            // The agent's panics are values, so a panic in here is the timer's.
            match caught(timeout(left, agent)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => return Answer::Late,
                Err(_) => return Answer::ShutDown,
            }
        }
    };
    match answer {
        Ok(output) if started.elapsed() > limit => {
            let _ = guarded(|| drop(output));
            Answer::Late
        }
        answer => Answer::Came(answer),
    }
}

/// Waits, on tokio's clock.
///
/// # Errors
///
/// The tokio runtime is shutting down.
pub(crate) async fn pause(time: Duration) -> Result<(), ErrorKind> {
    caught(sleep(time)).await.map_err(|_| ErrorKind::Cancelled { by: CancelledBy::Tokio })
}

pin_project! {
    /// Ready when the time is over; an error where the tokio runtime is shutting down.
    pub(crate) struct Ticking {
        #[pin]
        sleep: Guarded<Sleep>,
    }
}

impl Ticking {
    pub(crate) fn new(time: Duration) -> Self {
        Self { sleep: caught(sleep(time)) }
    }
}

impl Future for Ticking {
    type Output = Result<(), String>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().sleep.poll(cx)
    }
}

/// Waits for something, on tokio's clock, but not for ever.
///
/// # Errors
///
/// It was not there in time. Where the tokio runtime shuts down, there is no more time, and nothing
/// that would come.
pub(crate) async fn wait_at_most<F: Future>(time: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut timer = pin!(Ticking::new(time));
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        timer.as_mut().poll(cx).map(|_| Err(Elapsed))
    })
    .await
}

/// The time is over.
pub(crate) struct Elapsed;

/// Tokio tells by panicking in a timer's poll, and in no other way.
fn is_shutting_down() -> bool {
    guarded(|| {
        let _ = pin!(sleep(Duration::ZERO)).poll(&mut Context::from_waker(Waker::noop()));
    })
    .is_err()
}

/// The tokio runtime that was last found to have timers.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    found: Mutex<Option<Id>>,
}

impl Timers {
    /// Whether a run can be awaited here. Tokio only tells of missing timers by panicking, so a
    /// tokio runtime is asked once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoRuntime`].
    pub(crate) fn find(&self) -> Result<(), ErrorKind> {
        let Ok(handle) = Handle::try_current() else {
            let reason = "there is no tokio runtime here: await the run inside `#[tokio::main]` or `Runtime::block_on`";
            return Err(ErrorKind::NoRuntime { reason });
        };
        let id = handle.id();
        if *self.found.lock().unwrap_or_else(PoisonError::into_inner) == Some(id) {
            return Ok(());
        }
        if guarded(|| drop(sleep(Duration::ZERO))).is_err() {
            let reason = "the tokio runtime here has no timers, which timeouts need: build it with `enable_time()` or `enable_all()`";
            return Err(ErrorKind::NoRuntime { reason });
        }
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        Ok(())
    }
}
