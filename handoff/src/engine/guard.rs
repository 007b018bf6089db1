//! No panic of an agent leaves the run.

use crate::error::one_line;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// A future whose panics are values: while it is polled, and while it is dropped, whether it has
/// ended, timed out or been cancelled. It is dropped where it stands, so this allocates nothing.
///
/// A panic while the thread already unwinds from another one aborts the process: that is Rust's,
/// and cannot be caught.
pub(crate) struct Guarded<'a, F> {
    slot: Pin<&'a mut Option<F>>,
}

impl<'a, F: Future> Guarded<'a, F> {
    pub(crate) fn new(slot: Pin<&'a mut Option<F>>) -> Self {
        Self { slot }
    }
}

impl<F> Guarded<'_, F> {
    /// Drops the future, and says what a panic on the way out said.
    pub(crate) fn stop(&mut self) -> Result<(), String> {
        guarded(|| self.slot.set(None))
    }
}

impl<F: Future> Future for Guarded<'_, F> {
    /// What the panic said, in place of the output.
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = self.slot.as_mut().as_pin_mut() else {
            // Polled again after it has ended: nothing will come any more.
            return Poll::Pending;
        };
        // The future is not polled again after a panic, so that nobody sees what it left broken.
        let output = match guarded(|| future.poll(cx)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(message) => Err(message),
        };
        let stopped = self.stop();
        Poll::Ready(match (output, stopped) {
            (Ok(output), Err(message)) => {
                // An output of the user's own type may panic when it is dropped, too.
                let _ = guarded(|| drop(output));
                Err(message)
            }
            (output, _) => output,
        })
    }
}

impl<F> Drop for Guarded<'_, F> {
    fn drop(&mut self) {
        // Nobody is left to tell; the panic hook has printed it.
        let _ = self.stop();
    }
}

/// Awaits a future, and gives what its panic said in place of its output.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut slot = pin!(Some(future));
    Guarded::new(slot.as_mut()).await
}

/// Calls `f` and gives what its panic said in place of its value.
pub(crate) fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(message_of)
}

/// What a panic said, where it said it in words.
fn message_of(panic: Box<dyn Any + Send>) -> String {
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
