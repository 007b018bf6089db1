//! Agents that work for long and show that they are at it.

use super::clock::{Answer, waited};
use super::context::Context;
use crate::panics::{Guarded, caught, guarded};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::task::coop::unconstrained;
use tokio::time::{Instant, sleep_until};

/// When an attempt has last shown a sign of life.
#[derive(Debug)]
pub(super) struct Heart {
    started: Instant,
    /// In nanoseconds after that.
    last: AtomicU64,
    idle_timeout: Duration,
    /// What is under way for it elsewhere.
    busy: AtomicUsize,
}

/// An attempt that begins with the first one, and may go without any for so long.
impl Heart {
    pub(super) fn new(started: Instant, idle_timeout: Duration) -> Self {
        Self { started, last: AtomicU64::new(0), idle_timeout, busy: AtomicUsize::new(0) }
    }

    pub(super) fn beat(&self) {
        let now = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.last.fetch_max(now, Ordering::Relaxed);
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    /// When the attempt has been idle for too long, as far as can be said now. `None` beyond the end of all clocks.
    pub(super) fn until(&self) -> Option<Instant> {
        let last = Duration::from_nanos(self.last.load(Ordering::Relaxed));
        self.started.checked_add(last)?.checked_add(self.idle_timeout)
    }
}

/// Something that an attempt waits for, which is at work in its place: no idle timeout ends it meanwhile.
pub(super) struct Busy(Context);

impl Busy {
    pub(super) fn begin(context: Context) -> Self {
        if let Some(heart) = context.heart() {
            heart.busy.fetch_add(1, Ordering::Relaxed);
        }
        Self(context)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(heart) = self.0.heart() {
            heart.busy.fetch_sub(1, Ordering::Relaxed);
            heart.beat();
        }
    }
}

/// How long an attempt may go on: so long since then, but for the time that it waits for its turn, and as long
/// as its heart beats.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'a> {
    pub(super) limit: Option<(Instant, Duration)>,
    pub(super) context: &'a OnceLock<Context>,
}

impl Bounds<'_> {
    /// When it has timed out.
    fn late(self) -> Option<Instant> {
        let (started, limit) = self.limit?;
        started.checked_add(limit)?.checked_add(waited(self.context))
    }

    /// When it has to be looked at again, as far as can be said now.
    fn until(self) -> Option<Instant> {
        self.late().into_iter().chain(self.context.get().and_then(Context::idle_until)).min()
    }

    /// When to look again at an attempt that has time until then. While it waits, its time does not get less: there it is
    /// not looked at more often than a timer is worth.
    fn next_look(self, until: Instant) -> Instant {
        let waits = self.context.get().is_some_and(|context| context.waits().is_waiting());
        if waits { until.max(Instant::now() + Duration::from_millis(10)) } else { until }
    }
}

/// Waits for an agent within these bounds.
pub(super) async fn while_it_beats<F: Future>(
    bounds: Bounds<'_>,
    mut agent: Pin<&mut Guarded<F>>,
) -> Answer<F::Output> {
    // The agent's panics are values, so a panic in here is the timer's.
    let waited = caught(async {
        let mut timer = pin!(bounds.until().map(sleep_until));
        poll_fn(|cx| {
            if let Poll::Ready(answer) = agent.as_mut().poll(cx) {
                return Poll::Ready(Some(answer));
            }
            while let Some(mut timer) = timer.as_mut().as_pin_mut() {
                // Heard also where the agent takes all that tokio lets a task do in its turn, each time.
                if pin!(unconstrained(timer.as_mut())).poll(cx).is_pending() {
                    break;
                }
                match bounds.until() {
                    Some(until) if until > Instant::now() => timer.reset(bounds.next_look(until)),
                    _ => return Poll::Ready(None),
                }
            }
            Poll::Pending
        })
        .await
    });
    let Ok(answer) = waited.await else { return Answer::ShutDown };
    let now = Instant::now();
    let late = || if bounds.late().is_some_and(|by| by <= now) { Answer::Late } else { Answer::Idle };
    match answer {
        Some(Ok(output)) if bounds.until().is_some_and(|until| until < now) => {
            let _ = guarded(|| drop(output));
            late()
        }
        Some(answer) => Answer::Came(answer),
        None => late(),
    }
}
