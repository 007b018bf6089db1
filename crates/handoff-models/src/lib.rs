//! Agents of [`handoff`] that ask language models.
//!
//! - [`Provider`] is the one seam to a model: one call, and what came of it. It never retries, and what does not say why it
//!   ends is no answer.
//! - [`Dialect`] writes a contract as a server's constrained decoding takes it (OpenAI's strict mode, Gemini, Anthropic, or
//!   the schema as it is), and reads the answer as the contract has it. What a server cannot enforce is said to the model in
//!   words, and enforced here.
//! - [`ModelError`] says why there is no output, and tells the engine what another attempt is worth.
//!
//! # Features
//!
//! Without a feature, the crate has no dependency that `handoff` does not have.
//!
//! - `http`: [providers over HTTP](http).
//! - `testing`: values that a contract allows, by a seed.

mod dialect;
mod error;
#[cfg(feature = "http")]
pub mod http;
mod json;
mod provider;
mod request;
#[cfg(feature = "testing")]
pub mod testing;

pub use dialect::{Dialect, Written};
pub use error::{ModelError, ModelErrorKind, ProviderError};
pub use provider::{Completing, Completion, Provider, Sink};
pub use request::{Message, Request, Schema, Speaker};
