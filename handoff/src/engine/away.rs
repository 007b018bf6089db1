//! A run in a task of its own, so that no agent of it sees what is around the caller where others cannot.

use super::trace::Span;
use crate::panics::{Guarded, caught, guarded};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// A run that is driven where it is awaited, or in a task of its own.
pub(super) enum Driving<F: Future> {
    Here(Pin<Box<Guarded<F>>>),
    Away(Away<F>),
}

impl<F: Future> Driving<F> {
    /// Where it is awaited.
    pub(super) fn here(drive: F) -> Self {
        Self::Here(Box::pin(caught(drive)))
    }

    /// In a task of its own, which begins now.
    pub(super) fn away(drive: F, tokio: &Handle, span: &Span) -> Self
    where
        F: Send + 'static,
        F::Output: Send,
    {
        let state = Mutex::new(State::UnderWay(Box::pin(caught(drive))));
        let shared = Arc::new(Shared { state, over: AtomicBool::new(false) });
        // Without its type, so that tokio's code is compiled once and not for each pipeline.
        let driven: Arc<dyn Driven> = Arc::clone(&shared) as _;
        let task = tokio.spawn(span.around(poll_fn(move |cx| driven.poll(cx))));
        Self::Away(Away { shared, task })
    }

    /// What has come of it in its task, if it has come to its end there and nobody has asked yet.
    pub(super) fn ended(&mut self) -> Option<Result<F::Output, String>> {
        match self {
            Self::Here(_) => None,
            Self::Away(away) => away.shared.ended(),
        }
    }

    /// Drops it, wherever it is; if a thread is busy with it, when that is done.
    pub(super) fn stop(&mut self) {
        match self {
            // A panic on the way out is nobody's answer; the hook has printed it.
            Self::Here(drive) => drop(drive.as_mut().stop()),
            Self::Away(away) => away.stop(),
        }
    }
}

impl<F: Future> Future for Driving<F> {
    /// `None` where it will never come to its end, because tokio shuts down.
    type Output = Option<Result<F::Output, String>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Here(drive) => drive.as_mut().poll(cx).map(Some),
            Self::Away(away) => Pin::new(&mut away.task).poll(cx).map(|_| away.shared.ended()),
        }
    }
}

/// A future in a task, which goes with this.
pub(super) struct Away<F: Future> {
    shared: Arc<Shared<F>>,
    task: JoinHandle<()>,
}

impl<F: Future> Away<F> {
    fn stop(&self) {
        self.shared.over.store(true, Ordering::Release);
        // Aborting drops it too, but only when the thread that drives it comes to that.
        if let Some(mut state) = self.shared.state() {
            // What had come of it may panic when it is dropped.
            let _ = guarded(|| *state = State::Gone);
        }
        self.task.abort();
    }
}

impl<F: Future> Drop for Away<F> {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Shared<F: Future> {
    state: Mutex<State<F>>,
    over: AtomicBool,
}

enum State<F: Future> {
    /// Boxed, so that it can be dropped by whoever stops it.
    UnderWay(Pin<Box<Guarded<F>>>),
    Ended(Result<F::Output, String>),
    /// It was stopped, or it has been told what came of it.
    Gone,
}

impl<F: Future> Shared<F> {
    /// `None` while a thread is busy with it.
    fn state(&self) -> Option<MutexGuard<'_, State<F>>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(state)) => Some(state.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn ended(&self) -> Option<Result<F::Output, String>> {
        let mut state = self.state()?;
        match std::mem::replace(&mut *state, State::Gone) {
            State::Ended(output) => Some(output),
            not_ended => {
                *state = not_ended;
                None
            }
        }
    }
}

/// What goes on in a task.
trait Driven: Send + Sync {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()>;
}

impl<F> Driven for Shared<F>
where
    F: Future + Send,
    F::Output: Send,
{
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State::UnderWay(drive) = &mut *state else {
            return Poll::Ready(());
        };
        match drive.as_mut().poll(cx) {
            Poll::Ready(output) => {
                *state = State::Ended(output);
                Poll::Ready(())
            }
            // It may have been stopped meanwhile, by the run itself or on another thread.
            Poll::Pending if self.over.load(Ordering::Acquire) => {
                *state = State::Gone;
                Poll::Ready(())
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
