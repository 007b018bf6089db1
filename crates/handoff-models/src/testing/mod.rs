//! Fake models, for tests of agents without a network or a key.
//!
//! All of them are [providers](crate::Provider), so the prompt, the dialect, the parsing, the repair and the
//! limits of a [`Model`](crate::Model) are those of production. They use only tokio's clock: with
//! `#[tokio::test(start_paused = true)]` (tokio's feature `test-util`), two minutes of timeouts and rate
//! limits take no time, and end at the same second in each run.
//!
//! | a test of | takes | which answers |
//! |---|---|---|
//! | the words of a prompt | nothing | – |
//! | whatever a model may say | [`FakeModel`] | values that the contracts allow, by a seed |
//! | a course of events, faults included | [`Script`] | what it is told to, for each contract |
//! | what a real model has said | [`Recorder`] and [`Replay`] | what was recorded |
//! | the program with its HTTP | `FaultServer`, with the feature `http` | what it is told to, or every fault that servers have |
//! | the rest of a pipeline | [`Builder::replace`](handoff::Builder::replace) | what a function returns, in place of an agent |
//!
//! [`Expect`] compares the resulting envelope; [`sample`] generates an input.
//!
//! The examples are tests of this agent:
//!
//! ```
//! use handoff::prelude::*;
//! use handoff_models::{Model, Prompt};
//!
//! #[contract]
//! pub struct Plan {
//!     #[check(len(1..=8), each(len(1..=100)))]
//!     pub steps: Vec<String>,
//! }
//!
//! #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
//! async fn plan(goal: String) -> Prompt<Plan> {
//!     Prompt::new("Split the goal into steps.").input(&goal)
//! }
//!
//! #[agent]
//! async fn count(plan: Plan) -> usize {
//!     plan.steps.len()
//! }
//!
//! pipeline! { pub planned(String) -> usize { plan => count } }
//!
//! #[derive(Clone, FromRef)]
//! struct App {
//!     model: Model,
//! }
//! ```
//!
//! # The prompt
//!
//! An agent that returns a [`Prompt`](crate::Prompt) is a function. Call it, and check its result:
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::Prompt;
//! # #[contract] pub struct Plan { pub steps: Vec<String> }
//! # #[agent] async fn plan(goal: String) -> Prompt<Plan> { Prompt::new("Split the goal into steps.").input(&goal) }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let prompt = plan("cross the river".to_owned()).await;
//! assert_eq!(prompt.text(), "Split the goal into steps.\n\n<String>\n\"cross the river\"\n</String>");
//! # }
//! ```
//!
//! # Whatever a model may say
//!
//! Whatever a contract allows, a model will answer one day. Run the pipeline with many seeds, and with values
//! at the boundaries. A failure shows a value that the next agent, its budget or a gate does not accept, and
//! its seed reproduces it:
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::{Model, Prompt};
//! # #[contract] pub struct Plan { #[check(len(1..=8), each(len(1..=100)))] pub steps: Vec<String> }
//! # #[agent(max_output_tokens = 2_000)]
//! # async fn plan(goal: String) -> Prompt<Plan> { Prompt::new("Split the goal into steps.").input(&goal) }
//! # #[agent] async fn count(plan: Plan) -> usize { plan.steps.len() }
//! # pipeline! { pub planned(String) -> usize { plan => count } }
//! # #[derive(Clone, FromRef)] struct App { model: Model }
//! use handoff_models::testing::{FakeModel, sample};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! for seed in 0..50 {
//!     let model = FakeModel::seeded(seed);
//!     let model = if seed % 2 == 0 { model } else { model.boundaries() };
//!     let runtime = Runtime::builder().state(App { model: Model::new(model) }).build();
//!     let goal = sample::<String>(seed).unwrap();
//!     let done = runtime.run(planned, goal).await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
//!     assert!((1..=8).contains(&done.payload));
//! }
//! # }
//! ```
//!
//! # A course of events
//!
//! A script has the answers for each contract in their order, so that a fan-out is not a race. It may have
//! answers that break the contract or are cut off, refusals, HTTP statuses, lost connections, and calls that
//! never end. The requests can be checked:
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::{Model, Prompt};
//! # #[contract] pub struct Plan { #[check(len(1..=8), each(len(1..=100)))] pub steps: Vec<String> }
//! # #[agent(max_output_tokens = 2_000, retries = 2)]
//! # async fn plan(goal: String) -> Prompt<Plan> { Prompt::new("Split the goal into steps.").input(&goal) }
//! # #[agent] async fn count(plan: Plan) -> usize { plan.steps.len() }
//! # pipeline! { pub planned(String) -> usize { plan => count } }
//! # #[derive(Clone, FromRef)] struct App { model: Model }
//! use handoff_models::testing::{Expect, Script};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let script = Script::new()
//!     .on::<Plan>()
//!     .text(r#"{"steps": []}"#)
//!     .status(500)
//!     .value(&Plan { steps: vec!["look".into(), "leap".into()] });
//! let runtime = Runtime::builder().state(App { model: Model::new(script.clone()) }).build();
//! let done = runtime.run(planned, "cross the river".to_owned()).await.unwrap();
//!
//! use WarningKind::{Noted, RepairedByAsking};
//! Expect::payload(&2).warnings([Noted, Noted, RepairedByAsking]).assert(&done);
//! // The model was told what was wrong, although it failed in between.
//! let told = &script.seen()[2].messages[2].text;
//! assert!(told.contains("/steps: expected 1 to 8 items, found 0"));
//! # }
//! ```
//!
//! # What a real model has said
//!
//! A recording has the requests and answers of a [`Provider`](crate::Provider), independent of the protocol,
//! and without keys. [`replay_or_record`] plays it in a test, and makes it with `HANDOFF_RECORD=1`. If a
//! prompt has changed since then, the test fails at once with the first difference: record again, and look at
//! the changes of the recording before you commit it.
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::{Model, Prompt};
//! # #[contract] pub struct Plan { #[check(len(1..=8), each(len(1..=100)))] pub steps: Vec<String> }
//! # #[agent(max_output_tokens = 2_000)]
//! # async fn plan(goal: String) -> Prompt<Plan> { Prompt::new("Split the goal into steps.").input(&goal) }
//! # #[agent] async fn count(plan: Plan) -> usize { plan.steps.len() }
//! # pipeline! { pub planned(String) -> usize { plan => count } }
//! # #[derive(Clone, FromRef)] struct App { model: Model }
//! # use handoff_models::testing::FakeModel;
//! use handoff_models::testing::{Recorder, Replay};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! # let path = std::env::temp_dir().join(format!("handoff-testing-doc-{}.jsonl", std::process::id()));
//! # let a_real_one = FakeModel::seeded(1);
//! let runtime = |model| Runtime::builder().state(App { model }).build();
//! let recorded = Model::new(Recorder::to(&path, a_real_one)?);
//! let first = runtime(recorded).run(planned, "cross the river".to_owned()).await?;
//!
//! let again = runtime(Model::new(Replay::from(&path)?)).run(planned, "cross the river".to_owned()).await?;
//! assert_eq!(again.payload, first.payload);
//!
//! let other = runtime(Model::new(Replay::from(&path)?)).run(planned, "climb the hill".to_owned()).await;
//! let error = other.unwrap_err().to_string();
//! assert!(error.contains("/messages/0/user from character 39: recorded `…"), "{error}");
//! # std::fs::remove_file(path)?;
//! # Ok(())
//! # }
//! ```
//!
//! # The rest of a pipeline
//!
//! An agent can be replaced in the runs of one runtime, with its budgets, timeout and retries. Its resources
//! still have to be in the state, so the model is a script without answers:
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::{Model, Prompt};
//! # #[contract] pub struct Plan { #[check(len(1..=8), each(len(1..=100)))] pub steps: Vec<String> }
//! # #[agent(max_output_tokens = 2_000)]
//! # async fn plan(goal: String) -> Prompt<Plan> { Prompt::new("Split the goal into steps.").input(&goal) }
//! # #[agent] async fn count(plan: Plan) -> usize { plan.steps.len() }
//! # pipeline! { pub planned(String) -> usize { plan => count } }
//! # #[derive(Clone, FromRef)] struct App { model: Model }
//! use handoff_models::testing::Script;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let runtime = Runtime::builder()
//!     .state(App { model: Model::new(Script::new()) })
//!     .replace::<plan>()
//!     .by_fn(|goal| Plan { steps: vec![goal; 3] })
//!     .build();
//! assert_eq!(runtime.run(planned, "wait".to_owned()).await.unwrap().payload, 3);
//! # }
//! ```

mod difference;
mod expect;
mod fake;
mod generate;
mod record;
mod script;
#[cfg(feature = "http")]
mod server;

use handoff::Usage;

pub use expect::{Expect, Mismatch};
pub use fake::FakeModel;
pub use generate::{Generator, sample};
pub use record::{Recorder, Replay, replay_or_record};
pub use script::Script;
#[cfg(feature = "http")]
pub use server::{Fault, FaultServer};

use crate::provider::Completion;
use crate::request::{Message, Request};

/// What a call is said to have taken that was answered so.
fn usage_of(request: &Request, answer: &Completion) -> Usage {
    let called = answer.calls.iter().map(|call| call.arguments.as_str());
    usage(request, &called.fold(answer.text.clone(), |text, arguments| text + arguments))
}

/// What a call is said to have taken: a token for each four bytes, as is usual of English.
fn usage(request: &Request, answer: &str) -> Usage {
    let texts = request.system.as_deref().into_iter();
    let texts = texts.chain(request.messages.iter().flat_map(Message::texts));
    let bytes = texts.map(str::len).sum::<usize>();
    Usage::new((bytes as u64).div_ceil(4), (answer.len() as u64).div_ceil(4))
}
