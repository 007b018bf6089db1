//! What the tests share.

use std::sync::Once;
use tokio::runtime::{Builder, Runtime};

/// A clock that stands still while anything runs, and jumps to the next timer when nothing does.
pub(crate) fn paused() -> Runtime {
    hush();
    Builder::new_current_thread().enable_all().start_paused(true).build().expect("a tokio runtime")
}

/// Panics are wanted here by the hundred; what they print is not.
pub(crate) fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|place| place.file().contains("conformance/src/")) {
                others(panic);
            }
        }));
    });
}
