//! Models that are none: tests of agents without a network or a key.
//!
//! All of them are [providers](crate::Provider), so the prompt, the dialect, the reading, the repair and the limits of a
//! [`Model`](crate::Model) are those of the real one. Nothing but tokio's clock is used, so a test with a paused clock
//! waits for nothing.
//!
//! - [`FakeModel`] answers whatever is asked with a value that the contract allows.
//! - [`Script`] gives the answers and the failures that it is given, by contract.
//! - [`Recorder`] and [`Replay`] keep the answers of a real one, and play them again.
//! - [`Generator`] makes values of a contract, for the input of a pipeline.
//! - [`Expect`] compares an envelope with what is expected of it.
//!
//! An agent that asks no model is replaced in the runtime itself: see
//! [`Builder::replace`](handoff::Builder::replace).

mod difference;
mod expect;
mod fake;
mod generate;
mod record;
mod script;

use handoff::Usage;

pub use expect::{Expect, Mismatch};
pub use fake::FakeModel;
pub use generate::{Generator, sample};
pub use record::{Recorder, Replay, replay_or_record};
pub use script::Script;

use crate::request::Request;

/// What a call is said to have taken: a token for each four bytes, as is usual of English.
fn usage(request: &Request, answer: &str) -> Usage {
    let texts = request.system.iter().chain(request.messages.iter().map(|message| &message.text));
    let bytes = texts.map(String::len).sum::<usize>();
    Usage::new((bytes as u64).div_ceil(4), (answer.len() as u64).div_ceil(4))
}
