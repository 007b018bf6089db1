//! A run in a task of its own, so that no agent of it sees what is around the caller where others cannot.

use crate::panics::{Guarded, caught};
use pin_project_lite::pin_project;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::task::coop::unconstrained;

use super::trace::Span;

pin_project! {
    /// A run that is driven where it is awaited, or in a task of its own.
    #[project = Projected]
    pub(super) enum Driving<F: Future> {
        Here { #[pin] drive: Guarded<F> },
        Away { away: Away<F> },
    }
}

impl<F: Future> Driving<F> {
    /// Where it is awaited.
    pub(super) fn here(drive: F) -> Self {
        Self::Here { drive: caught(drive) }
    }

    /// In a task of its own, which begins now.
    pub(super) fn away(drive: F, tokio: &Handle, span: &Span) -> Self
    where
        F: Send + 'static,
        F::Output: Send,
    {
        let shared = Arc::new(Shared {
            drive: Mutex::new(Some(Box::pin(caught(drive)))),
            over: AtomicBool::new(false),
        });
        let driven = Arc::clone(&shared);
        let task = tokio.spawn(span.around(poll_fn(move |cx| driven.poll(cx))));
        Self::Away { away: Away { shared, task, told: false } }
    }

    /// What has come of it in its task, if it has come to its end there and nobody has asked yet.
    pub(super) fn ended(self: Pin<&mut Self>) -> Option<Result<F::Output, String>> {
        match self.project() {
            Projected::Away { away } if !away.told && away.task.is_finished() => {
                away.told = true;
                // Not held up by what this task has already done in its turn.
                let mut task = unconstrained(&mut away.task);
                match Pin::new(&mut task).poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(ended) => ended.ok().flatten(),
                    Poll::Pending => None,
                }
            }
            Projected::Here { .. } | Projected::Away { .. } => None,
        }
    }

    /// Drops it, wherever it is; if a thread is busy with it, when that is done.
    pub(super) fn stop(self: Pin<&mut Self>) {
        match self.project() {
            // A panic on the way out is nobody's answer; the hook has printed it.
            Projected::Here { drive } => drop(drive.stop()),
            Projected::Away { away } => away.stop(),
        }
    }
}

impl<F: Future> Future for Driving<F> {
    /// `None` where it will never come to its end, because tokio shuts down.
    type Output = Option<Result<F::Output, String>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projected::Here { drive } => drive.poll(cx).map(Some),
            Projected::Away { away } => Pin::new(&mut away.task).poll(cx).map(|ended| {
                away.told = true;
                ended.ok().flatten()
            }),
        }
    }
}

/// A future in a task, which goes with this.
pub(super) struct Away<F: Future> {
    shared: Arc<Shared<F>>,
    task: JoinHandle<Option<Result<F::Output, String>>>,
    /// It has told how the task ended, which it does once.
    told: bool,
}

impl<F: Future> Away<F> {
    fn stop(&self) {
        self.shared.over.store(true, Ordering::Release);
        // Aborting drops it too, but only when the thread that drives it comes to that.
        match self.shared.drive.try_lock() {
            Ok(mut drive) => drop(drive.take()),
            Err(TryLockError::Poisoned(drive)) => drop(drive.into_inner().take()),
            Err(TryLockError::WouldBlock) => {}
        }
        self.task.abort();
    }
}

impl<F: Future> Drop for Away<F> {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Shared<F> {
    /// Boxed, so that it can be dropped by whoever stops it.
    drive: Mutex<Option<Pin<Box<Guarded<F>>>>>,
    over: AtomicBool,
}

impl<F: Future> Shared<F> {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<F::Output, String>>> {
        let mut drive = self.drive.lock().unwrap_or_else(PoisonError::into_inner);
        let polled = match drive.as_mut() {
            Some(drive) => drive.as_mut().poll(cx).map(Some),
            None => Poll::Ready(None),
        };
        // It may have been stopped meanwhile, by the run itself or on another thread.
        if polled.is_ready() || self.over.load(Ordering::Acquire) {
            *drive = None;
        }
        polled
    }
}
