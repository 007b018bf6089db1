//! Which tasks of a fan-out are still there.

use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Held by every task of a fan-out, and by every task of a fan-out in one of them, for as long as
/// it lives: aborting a task drops what it started, but does not wait for it.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    _held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    /// Dropped with the last clone.
    _gone: oneshot::Sender<Infallible>,
    _above: Option<Live>,
}

/// Resolves when no [`Live`] is left.
pub(crate) type Gone = oneshot::Receiver<Infallible>;

impl Live {
    /// One for a fan-out that runs in a task of the fan-out `above`.
    pub(crate) fn below(above: Option<&Self>) -> (Self, Gone) {
        let (sender, gone) = oneshot::channel();
        let held = Held { _gone: sender, _above: above.cloned() };
        (Self { _held: Arc::new(held) }, gone)
    }
}
