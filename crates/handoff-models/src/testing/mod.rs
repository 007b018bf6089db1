//! Models that are none: tests of agents without a network, a key or a clock.

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
