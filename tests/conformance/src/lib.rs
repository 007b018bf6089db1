//! What a pipeline means, on any engine: cases, each a pipeline with what it is handed, and what has to come of it.
//!
//! A case knows nothing of engines. Each engine runs all of them, and what comes out, success or failure, has to be
//! what comes out on tokio, [whole](Told::whole): the envelope with its confidence, its warnings and its tokens, or the
//! error with its line, its way and all that it had kept. The table of that is `docs/conformance.md`, which the tests of
//! this crate write and check.
//!
//! What happens when follows from the case: agents do what their input [says](Fate), pauses are far apart, and whoever
//! is first is first by [`STEP`] at least. So the cases also hold on a clock that runs.
#![allow(
    missing_docs,                          // a user's crate in small
    missing_debug_implementations,         // the same
    clippy::unused_async,                  // agents that have nothing to wait for
    clippy::missing_errors_doc, // agents fail as they are told to
    clippy::missing_panics_doc, // the same
    clippy::must_use_candidate // small helpers
)]

pub mod agents;
pub mod barriers;
mod case;
mod engines;
pub mod journals;
mod outside;
pub mod stages;
mod told;

pub use agents::{Desk, Fate, STEP};
pub use case::{About, Agents, Case, Everywhere, Hostable, Suite, Telling, Terms, cases, each, each_agent};
pub use engines::Engine;
pub use outside::{Outside, beside};
pub use told::Told;
