//! No panic of an agent leaves the run.

use crate::text::one_line;
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// A future whose panics are values: while it is polled, and while it is dropped, whether it
    /// has ended, timed out or been cancelled. It is dropped where it stands.
    ///
    /// A panic while the thread already unwinds from another one aborts the process: that is
    /// Rust's, and cannot be caught.
    pub(crate) struct Guarded<F> {
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Guarded<F> {
        fn drop(this: Pin<&mut Self>) {
            // Nobody is left to tell; the panic hook has printed it.
            let _ = this.stop();
        }
    }
}

impl<F> Guarded<F> {
    /// Drops the future, and says what a panic on the way out said.
    #[inline] // it is called also where it has ended
    pub(crate) fn stop(self: Pin<&mut Self>) -> Result<(), String> {
        let mut future = self.project().future;
        if future.is_none() { Ok(()) } else { guarded(|| future.set(None)) }
    }
}

impl<F: Future> Future for Guarded<F> {
    /// What the panic said, in place of the output.
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.as_mut().project().future;
        if slot.is_none() {
            // Polled again after it has ended: nothing will come any more.
            return Poll::Pending;
        }
        // Outside of the guard: it is not dropped by what a panic unwinds, for that might panic as well.
        let mut output = None;
        // One guard for the poll and, where that is the last, for the drop.
        let polled = guarded(|| {
            if let Some(future) = slot.as_mut().as_pin_mut()
                && let Poll::Ready(ready) = future.poll(cx)
            {
                output = Some(ready);
                slot.set(None);
            }
        });
        match (polled, output) {
            (Ok(()), None) => Poll::Pending,
            (Ok(()), Some(output)) => Poll::Ready(Ok(output)),
            (Err(message), output) => {
                // The future is not polled again after a panic, so that nobody sees what it left broken. An output of
                // the user's own type may panic when it is dropped, too.
                let _ = (self.stop(), guarded(|| drop(output)));
                Poll::Ready(Err(message))
            }
        }
    }
}

/// A future whose panics are values. Not an `async fn`, which would keep the future twice: as its
/// argument, and where it awaits it.
pub(crate) fn caught<F: Future>(future: F) -> Guarded<F> {
    Guarded { future: Some(future) }
}

pin_project! {
    /// See [`caught_or`].
    pub(crate) struct CaughtOr<F, M> {
        #[pin]
        future: Guarded<F>,
        panicked: M,
    }
}

impl<F, T, E, M> Future for CaughtOr<F, M>
where
    F: Future<Output = Result<T, E>>,
    M: Fn(String) -> E,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.future.poll(cx).map(|output| output.unwrap_or_else(|message| Err((this.panicked)(message))))
    }
}

/// A future whose panics are errors like its others. Not an `async` block round [`caught`], for the
/// same reason.
pub(crate) fn caught_or<F, T, E, M>(future: F, panicked: M) -> CaughtOr<F, M>
where
    F: Future<Output = Result<T, E>>,
    M: Fn(String) -> E,
{
    CaughtOr { future: caught(future), panicked }
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
