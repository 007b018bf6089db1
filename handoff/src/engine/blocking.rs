//! Functions that block, off the threads that drive everything else.

use super::live::Live;
use super::trace::Span;
use crate::agent::Failure;
use std::panic::resume_unwind;
use tokio::task::{JoinHandle, spawn_blocking};

/// Calls `f` on tokio's blocking pool, in the span that is entered now. Its panics are the
/// caller's.
///
/// Dropped before `f` has begun, it never begins; dropped later, it goes on by itself, since a
/// thread cannot be stopped, and `live` shows that it does.
///
/// # Errors
///
/// [`Failure::ShutDown`] where tokio shuts down before `f` has begun.
pub(crate) async fn blocking<T, F>(live: Live, f: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let span = Span::current();
    let mut thread = AbortOnDrop(spawn_blocking(move || {
        let _live = live;
        span.inside(f)
    }));
    match (&mut thread.0).await {
        Ok(output) => Ok(output),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(Failure::ShutDown),
        },
    }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
