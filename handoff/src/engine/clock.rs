//! Tokio's clock, which may be missing, or go away under a run.

use super::attempt::Attempt;
use super::context::Context;
use super::idle::{Bounds, while_it_beats};
use crate::error::{CancelledBy, ErrorKind};
use crate::panics::{Guarded, caught, guarded};
use pin_project_lite::pin_project;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::{self, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Handle, Id};
use tokio::time::{Instant, sleep, timeout};

/// What came of waiting for an agent.
pub(crate) enum Answer<T> {
    /// It answered in time, or panicked with this message.
    Came(Result<T, String>),
    /// It did not answer in time.
    Late,
    /// It did not show a sign of life in time.
    Idle,
    /// The tokio runtime is shutting down.
    ShutDown,
}

/// Waits for an agent, for as long as its attempt may take, and as long as its heart beats. An answer that comes late is
/// late, even if it comes at the first look: the agent may have blocked the thread, and with it the timer.
pub(crate) fn within<'a, F: Future>(
    attempt: &'a Attempt<'a>,
    agent: Pin<&'a mut Guarded<F>>,
) -> Within<'a, F> {
    Within { attempt, agent: Some(agent), waiting: None }
}

/// See [`within`]. Not an `async` block, which would be much code around an agent that answers at once.
pub(crate) struct Within<'a, F: Future> {
    attempt: &'a Attempt<'a>,
    /// Until it is waited for.
    agent: Option<Pin<&'a mut Guarded<F>>>,
    /// Boxed: that is nothing to an agent that takes its time, and all others are without its timer.
    waiting: Option<Waiting<'a, F::Output>>,
}

type Waiting<'a, T> = Pin<Box<dyn Future<Output = Answer<T>> + Send + 'a>>;

impl<F: Future<Output: Send> + Send> Future for Within<'_, F> {
    type Output = Answer<F::Output>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Self { attempt, agent, .. } = &mut *self;
        if let Some(agent) = agent
            && attempt.idle().is_none()
        {
            match (agent.as_mut().poll(cx), attempt.limit) {
                (Poll::Ready(answer), limit) => {
                    return Poll::Ready(in_time(limit, &attempt.context, answer).told());
                }
                (Poll::Pending, None) => return Poll::Pending,
                (Poll::Pending, Some(_)) => {}
            }
        }
        self.wait(cx).map(Answer::told)
    }
}

impl<F: Future<Output: Send> + Send> Within<'_, F> {
    fn wait(&mut self, cx: &mut task::Context<'_>) -> Poll<Answer<F::Output>> {
        let Self { attempt, agent, waiting } = self;
        if let Some(agent) = agent.take() {
            *waiting = Some(match (attempt.idle(), attempt.limit) {
                (None, Some((started, limit))) => {
                    Box::pin(with_a_timer(started, limit, &attempt.context, agent))
                }
                (_, limit) => {
                    // For its heart.
                    attempt.context();
                    Box::pin(while_it_beats(Bounds { limit, context: &attempt.context }, agent))
                }
            });
        }
        match waiting {
            Some(waiting) => waiting.as_mut().poll(cx),
            // Unreachable: it is waited for since the agent was taken.
            None => Poll::Pending,
        }
    }
}

impl<T> Answer<T> {
    /// The same, unless the runtime goes away: an agent that waits for a timer of its own meanwhile panics with tokio's
    /// words, and is not to blame.
    #[inline]
    fn told(self) -> Self {
        match self {
            Self::Came(Err(_)) if is_shutting_down() => Self::ShutDown,
            answer => answer,
        }
    }
}

async fn with_a_timer<F: Future>(
    started: Instant,
    limit: Duration,
    context: &OnceLock<Context>,
    mut agent: Pin<&mut Guarded<F>>,
) -> Answer<F::Output> {
    let left = limit.saturating_sub(started.elapsed());
    let agent_again = agent.as_mut();
    // The agent's panics are values, so a panic in here is the timer's: also as it is made.
    match caught(async move { timeout(left, agent_again).await }).await {
        Ok(Ok(answer)) => in_time(Some((started, limit)), context, answer),
        Ok(Err(_)) if waited(context) > Duration::ZERO => {
            while_it_beats(Bounds { limit: Some((started, limit)), context }, agent).await
        }
        Ok(Err(_)) => Answer::Late,
        Err(_) => Answer::ShutDown,
    }
}

/// An answer that has come by now.
#[inline]
fn in_time<T>(
    limit: Option<(Instant, Duration)>,
    context: &OnceLock<Context>,
    answer: Result<T, String>,
) -> Answer<T> {
    if let Some((started, limit)) = limit
        && answer.is_ok()
        && is_late(started, limit, context)
    {
        let _ = guarded(|| drop(answer));
        return Answer::Late;
    }
    Answer::Came(answer)
}

fn is_late(started: Instant, limit: Duration, context: &OnceLock<Context>) -> bool {
    started.elapsed() > limit && started.elapsed() > limit + waited(context)
}

/// How long the attempt has waited for its turn.
pub(super) fn waited(context: &OnceLock<Context>) -> Duration {
    context.get().map(|context| context.waits().so_far()).unwrap_or_default()
}

/// Waits, on tokio's clock.
///
/// # Errors
///
/// The tokio runtime is shutting down.
pub(crate) async fn pause(time: Duration) -> Result<(), ErrorKind> {
    timer(time).await.map_err(|_| ErrorKind::Cancelled { by: CancelledBy::Tokio })
}

/// Ready when the time is over, counted from now; an error where the tokio runtime is shutting down, or where there is
/// none.
pub(crate) fn timer(time: Duration) -> Guarded<impl Future<Output = ()>> {
    let started = Instant::now();
    // Made where it is polled: tokio panics over one that is made outside of it.
    caught(async move { sleep(time.saturating_sub(started.elapsed())).await })
}

/// Waits for something, on tokio's clock, but not for ever.
///
/// # Errors
///
/// It was not there in time. Where the tokio runtime shuts down, there is no more time, and nothing
/// that would come.
pub(crate) async fn wait_at_most<F: Future>(time: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut timer = pin!(timer(time));
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
        let _ = pin!(sleep(Duration::ZERO)).poll(&mut task::Context::from_waker(Waker::noop()));
    })
    .is_err()
}

/// The tokio runtime that was last found to have timers.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    found: Mutex<Option<Id>>,
}

impl Timers {
    /// The tokio runtime here, if a run can be awaited in it. Tokio only tells of missing timers by
    /// panicking, so a tokio runtime is asked once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoRuntime`].
    pub(crate) fn find(&self) -> Result<Handle, ErrorKind> {
        let Ok(handle) = Handle::try_current() else {
            let reason = "there is no tokio runtime here: await the run inside `#[tokio::main]` or `Runtime::block_on`";
            return Err(ErrorKind::NoRuntime { reason: reason.into() });
        };
        let id = handle.id();
        if *self.found.lock().unwrap_or_else(PoisonError::into_inner) == Some(id) {
            return Ok(handle);
        }
        if guarded(|| drop(sleep(Duration::ZERO))).is_err() {
            let reason = "the tokio runtime here has no timers, which timeouts need: build it with `enable_time()` or `enable_all()`";
            return Err(ErrorKind::NoRuntime { reason: reason.into() });
        }
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        Ok(handle)
    }
}

pin_project! {
    /// See [`inside`].
    pub(crate) struct Inside<F> {
        #[pin]
        future: F,
        tokio: Handle,
    }
}

impl<F: Future> Future for Inside<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _inside = this.tokio.enter();
        this.future.poll(cx)
    }
}

/// A future that has the timers and the tasks of this tokio runtime, wherever it is polled. Not an `async` block, which
/// would keep the future twice.
pub(crate) fn inside<F: Future>(tokio: Handle, future: F) -> Inside<F> {
    Inside { future, tokio }
}
