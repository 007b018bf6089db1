//! Reading a log back.

mod build;
mod cause;
mod error;
mod lines;
mod names;
#[cfg(test)]
mod tests;
mod tree;

pub use cause::Cause;
pub use error::ReadError;
pub use lines::{Reader, Skipped};
pub use tree::{
    Call, FanOut, LoggedGate, LoggedHandoff, LoggedProgress, LoggedRun, LoggedWarning, RunLog, Settled, Span,
    SpanKind,
};
