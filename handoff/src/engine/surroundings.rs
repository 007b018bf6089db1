//! What a caller has put around a run, for the agents that are not called where it is awaited.

use crate::panics::guarded;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// Takes what is around the caller with it: see [`Builder::carry`](crate::Builder::carry).
#[derive(Clone)]
pub(crate) struct Carry(Arc<dyn Fn() -> Surroundings + Send + Sync>);

/// What has been taken: calls what it is given where that is around it.
#[derive(Clone)]
pub(super) struct Surroundings(Arc<Around>);

type Around = dyn Fn(&mut dyn FnMut()) + Send + Sync;

impl Carry {
    pub(super) fn new<C>(take: impl Fn() -> C + Send + Sync + 'static) -> Self
    where
        C: Fn(&mut dyn FnMut()) + Send + Sync + 'static,
    {
        Self(Arc::new(move || Surroundings(Arc::new(take()))))
    }

    /// What is around the caller now. None where taking it panics: the panic hook has said it.
    pub(super) fn take(&self) -> Option<Surroundings> {
        guarded(|| (self.0)()).ok()
    }
}

impl Surroundings {
    /// Calls `f` there: once, whatever the user's function does.
    pub(super) fn around<T>(&self, f: impl FnOnce() -> T) -> T {
        let (mut f, mut called) = (Some(f), None);
        // Panics of `f` are the caller's; those of the user's function are its own.
        let _ = guarded(|| {
            (self.0)(&mut || {
                if let Some(f) = f.take() {
                    called = Some(catch_unwind(AssertUnwindSafe(f)));
                }
            });
        });
        match (called, f) {
            (None, Some(f)) => f(),
            (Some(Ok(output)), _) => output,
            (Some(Err(panic)), _) => resume_unwind(panic),
            (None, None) => unreachable!("it is taken where it is called"),
        }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
