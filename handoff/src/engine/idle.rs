//! Agents that work for long and show that they are at it.

use super::clock::Answer;
use crate::panics::{Guarded, caught, guarded};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// When an attempt has last shown a sign of life.
#[derive(Debug)]
pub(super) struct Heart {
    started: Instant,
    /// In nanoseconds after that.
    last: AtomicU64,
    idle_timeout: Duration,
}

/// An attempt that begins with the first one, and may go without any for so long.
impl Heart {
    pub(super) fn new(started: Instant, idle_timeout: Duration) -> Self {
        Self { started, last: AtomicU64::new(0), idle_timeout }
    }

    pub(super) fn beat(&self) {
        let now = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.last.fetch_max(now, Ordering::Relaxed);
    }

    /// When the attempt has been idle for too long, as far as can be said now. `None` beyond the end of all clocks.
    pub(super) fn until(&self) -> Option<Instant> {
        let last = Duration::from_nanos(self.last.load(Ordering::Relaxed));
        self.started.checked_add(last)?.checked_add(self.idle_timeout)
    }
}

/// Waits for an agent as long as it shows signs of life, and at most for so long since then.
pub(super) async fn while_it_beats<F: Future>(
    limit: Option<(Instant, Duration)>,
    heart: &Heart,
    mut agent: Pin<&mut Guarded<F>>,
) -> Answer<F::Output> {
    let by = limit.and_then(|(started, limit)| started.checked_add(limit));
    let until = || by.into_iter().chain(heart.until()).min();
    // The agent's panics are values, so a panic in here is the timer's.
    let waited = caught(async {
        let mut timer = pin!(until().map(sleep_until));
        poll_fn(|cx| {
            if let Poll::Ready(answer) = agent.as_mut().poll(cx) {
                return Poll::Ready(Some(answer));
            }
            while let Some(mut timer) = timer.as_mut().as_pin_mut() {
                if timer.as_mut().poll(cx).is_pending() {
                    break;
                }
                match until() {
                    Some(until) if until > Instant::now() => timer.reset(until),
                    _ => return Poll::Ready(None),
                }
            }
            Poll::Pending
        })
        .await
    });
    let Ok(answer) = waited.await else { return Answer::ShutDown };
    let now = Instant::now();
    let late = || if by.is_some_and(|by| by <= now) { Answer::Late } else { Answer::Idle };
    match answer {
        Some(Ok(output)) if until().is_some_and(|until| until < now) => {
            let _ = guarded(|| drop(output));
            late()
        }
        Some(answer) => Answer::Came(answer),
        None => late(),
    }
}
