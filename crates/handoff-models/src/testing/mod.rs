//! Models that are none: tests of agents without a network or a key.
//!
//! All of them are [providers](crate::Provider), so the prompt, the dialect, the reading, the repair and the limits of a
//! [`Model`](crate::Model) are those of the real one. Nothing but tokio's clock is used, so a test with a paused clock
//! waits for nothing.
//!
//! - [`FakeModel`] answers whatever is asked with a value that the contract allows.
//! - [`Script`] gives the answers and the failures that it is given, by contract.
//! - [`Generator`] makes values of a contract, for the input of a pipeline.
//!
//! An agent that asks no model is replaced in the runtime itself: see
//! [`Builder::replace`](handoff::Builder::replace).

mod fake;
mod generate;
mod script;

use handoff::Usage;

pub use fake::FakeModel;
pub use generate::Generator;
pub use script::Script;

use crate::request::Request;

/// What a call might have taken: a token for every four bytes.
fn usage(request: &Request, answer: &str) -> Usage {
    let asked: usize = request.messages.iter().map(|message| message.text.len()).sum();
    Usage::new(asked as u64 / 4, answer.len() as u64 / 4)
}
