//! No panic of an agent leaves the run.

use crate::error::one_line;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future whose panics are values: while it is polled, and while it is dropped, whether it has
/// ended, timed out or been cancelled.
///
/// A panic while the thread already unwinds from another one aborts the process: that is Rust's,
/// and cannot be caught.
pub(crate) struct Guarded<F> {
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Guarded<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(Box::pin(future)) }
    }
}

impl<F: Future> Future for Guarded<F> {
    /// What the panic said, in place of the output.
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else {
            // Polled again after it has ended: nothing will come any more.
            return Poll::Pending;
        };
        // The future is not polled again after a panic, so that nobody sees what it left broken.
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        let output = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(panic) => Err(message_of(panic)),
        };
        let dropped = drop_guarded(self.future.take());
        Poll::Ready(output.and_then(|output| dropped.map(|()| output)))
    }
}

impl<F> Drop for Guarded<F> {
    fn drop(&mut self) {
        // Nobody is left to tell; the panic hook has printed it.
        let _ = drop_guarded(self.future.take());
    }
}

fn drop_guarded<T>(value: T) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| drop(value))).map_err(message_of)
}

/// Calls `f` and gives what its panic said in place of its value.
pub(crate) fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(message_of)
}

/// What a panic said, where it said it in words.
pub(crate) fn message_of(panic: Box<dyn Any + Send>) -> String {
    let message = if let Some(message) = panic.downcast_ref::<&str>() {
        one_line(message)
    } else if let Some(message) = panic.downcast_ref::<String>() {
        one_line(message)
    } else {
        "a panic without a message".to_owned()
    };
    // A payload of the user's own type may panic when it is dropped.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
    message
}
