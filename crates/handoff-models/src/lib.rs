//! Agents of [`handoff`] that ask language models.
//!
//! An agent returns a [`Prompt`] in place of its output, and is thus a function from its input to a prompt.
//! The [`Model`] is a resource of the runtime's state. It is sent the contract, in the dialect that its
//! server accepts; its answer is read strictly; the agent's next attempt tells it what was wrong; and its
//! tokens are counted.
//!
//! ```
//! use handoff::prelude::*;
//! # #[cfg(feature = "testing")]
//! use handoff_models::testing::Script;
//! use handoff_models::{Model, Prompt};
//!
//! #[contract]
//! pub struct Plan {
//!     #[check(len(1..=8))]
//!     pub steps: Vec<String>,
//! }
//!
//! #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
//! async fn plan(goal: String) -> Prompt<Plan> {
//!     Prompt::new("Split the goal into independent steps.").input(&goal)
//! }
//!
//! pipeline! { pub planned(String) -> Plan { plan } }
//!
//! #[derive(Clone, FromRef)]
//! struct App {
//!     model: Model,
//! }
//!
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! # #[cfg(feature = "testing")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), PipelineError> {
//! // With the feature `http`: Model::new(Http::openai("gpt-5").build()?)
//! let model = Model::new(Script::new().text(r#"{"steps":[]}"#).text(r#"{"steps":["look","leap"]}"#));
//! let runtime = Runtime::builder().state(App { model }).build();
//! let plan = runtime.run(planned, "cross the river".to_owned()).await?;
//! assert_eq!(plan.payload.steps, ["look", "leap"]);
//! # Ok(())
//! # }
//! ```
//!
//! The [guide] explains the way from the prompt to the contract; [`testing`] explains how to test agents.
//!
//! - [`Model`]: repair of answers, limits, and counting.
//! - [`Provider`]: the client of a model, which makes one call. A response without a finish reason is not an
//!   answer.
//! - [`Dialect`]: the way a contract is written for a server (OpenAI's strict mode, Gemini, Anthropic, or the
//!   schema as it is), and an answer is read back.
//! - [`ModelError`]: why there is no output, and whether the engine should try again.
//!
//! # With a real model
//!
//! `crates/handoff-models/local-model/run.sh` installs a small model, serves it on this machine, and asks it. Of 100 plans
//! (`examples/soak.rs`: up to three sub-tasks, texts with a least and a greatest length, a confidence; two retries) that
//! SmolLM2-135M was asked for through llama.cpp,
//!
//! | | calls |
//! |---|---|
//! | were valid at once | 73 |
//! | were valid after repair | 6 |
//! | failed for good | 21, of them 7 because the model repeated its answer word for word |
//! | were accepted and broke the contract | 0 |
//!
//! Of the 67 attempts that failed, 65 broke the range of the confidence and 2 were cut off: lengths, counts and types are held
//! by the server's constrained decoding, the range of a number with a fraction is not, and a model of this size seldom mends
//! it when told. That is what the check at the handoff is for.
//!
//! # Features
//!
//! Without features the crate has no dependency that `handoff` does not have, so a crate of agents does not
//! wait for TLS. It enables `handoff`'s feature `o200k`, the vocabulary that a model
//! [counts](ModelBuilder::counter) with by default.
//!
//! - `http`: [providers over HTTP](http): OpenAI, Anthropic, Gemini, and whatever speaks OpenAI's chat
//!   completions. 85 crates more, with rustls and ring.
//! - `testing`: [fake models](testing). No further crates.
//!
//! | first build | crates | CPU time |
//! |---|---|---|
//! | `handoff` | 24 | 1 |
//! | and `handoff-models`, without a feature or with `testing` | 25 | 1 |
//! | with `http` | 110 | 2.7 |
//!
//! Crates are those of `cargo tree -e normal`, the project's own included; CPU time is that of `cargo build` from nothing, in
//! one row of runs, as a multiple of `handoff`'s.

mod dialect;
mod error;
#[cfg(all(doc, feature = "http", feature = "testing"))]
pub mod guide;
#[cfg(feature = "http")]
pub mod http;
mod json;
mod model;
mod prompt;
mod provider;
mod request;
#[cfg(feature = "testing")]
pub mod testing;

pub use dialect::{Dialect, Written};
pub use error::{ModelError, ModelErrorKind, ProviderError};
pub use model::{Model, ModelBuilder};
pub use prompt::Prompt;
pub use provider::{Completing, Completion, Provider, Sink};
pub use request::{Message, OfferedTool, Request, Schema, Speaker, ToolCall, ToolResult};
