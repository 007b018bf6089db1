//! From prompt to contract: how an agent asks a model, and what happens to the answer.
//!
//! [`testing`](crate::testing) explains how to test such agents. The example `review` is a whole application,
//! which reviews a diff.
//!
//! # Three shapes
//!
//! An agent **returns a prompt**. It is a function from its input to a prompt, which needs neither a model
//! nor a [`Context`](handoff::Context), and which a test can call. Its output is the type argument of the
//! `Prompt`:
//!
//! ```
//! use handoff::prelude::*;
//! use handoff_models::Prompt;
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
//! ```
//!
//! **Without a body**, its documentation is the prompt, followed by its input. Changing the comment then
//! changes the program; the lock file has the digest of the prompt, so that a review notices it:
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::Prompt;
//! # #[contract] pub struct Plan { pub steps: Vec<String> }
//! /// Split the goal into independent steps.
//! #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
//! async fn plan(goal: String) -> Prompt<Plan>;
//! ```
//!
//! **With the model as a resource**, it can ask twice, or process the answer. Each question is repaired by
//! itself:
//!
//! ```
//! # use handoff::prelude::*;
//! # use handoff_models::{Model, ModelError, Prompt};
//! # #[contract] pub struct Plan { pub steps: Vec<String> }
//! #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
//! async fn plan(goal: String, State(model): State<Model>, cx: Context) -> Result<Plan, ModelError> {
//!     let draft: Plan = model.ask(Prompt::new("Split the goal into steps.").input(&goal), &cx).await?;
//!     model.ask(Prompt::new("Put the steps into their order.").input(&draft), &cx).await
//! }
//! ```
//!
//! The [`Model`](crate::Model) is a resource of the runtime's state. A state without one causes a single
//! compile error, which names the state and the agent.
//!
//! # Answers
//!
//! ```text
//!      the agent's input
//!             │
//!             ▼
//!          Prompt ──► in the server's dialect ──► its turn ──► one call of the provider
//!             ▲                                                          │
//!             │ the prompt, the last answer,                             ▼
//!             │ what is wrong with it                         read back, strictly
//!             │                                                 │              │
//!      the next attempt ◄───────────── broken, cut, lost ───────┘              │ holds
//!                                                                              ▼
//!                             the next agent ◄── the door: contract, tokens, budgets
//! ```
//!
//! The engine retries, bounded by the agent's `retries`, its timeout and the run's limits. Nothing below it
//! retries, except when a provider asks for a pause.
//!
//! | response | result | the next attempt |
//! |---|---|---|
//! | an answer that holds its contract | the agent's output; [`RepairedByAsking`](handoff::WarningKind::RepairedByAsking) where it is not the first | – |
//! | one that breaks it | [`Contract`](handoff::ErrorKind::Contract) | is told the prompt, the answer, and each violation |
//! | one with a fence or words around its JSON | the same, unless the prompt is [lenient](crate::Prompt::lenient): then its output, with a [warning](handoff::WarningKind::Repaired) | the same |
//! | the same one again, word for word | [`Stuck`](crate::ModelErrorKind::Stuck) | none |
//! | an answer that is cut off, even where its JSON parses | [`Truncated`](handoff::ErrorKind::Truncated) | is told to be shorter; the fragment is not sent back |
//! | a refusal; a content filter | [`Refused`](crate::ModelErrorKind::Refused), [`Filtered`](crate::ModelErrorKind::Filtered) | none |
//! | calls of the agent's [tools](#tools) | made, and answered to the model, which is asked again in the same attempt | – |
//! | an end for another reason: a call of what is no tool of the agent, a pause | [`Ended`](crate::ModelErrorKind::Ended) | asks the same again |
//! | no text; no reason why it ends; a lost connection; 408, 409, 429, 5xx | the attempt fails | asks the same again |
//! | 408, 409, 429, 5xx with a `Retry-After` of up to a minute | waited for, three times in an attempt | – |
//! | any other status (400, 401, 404), whatever it says of later | [`Status`](crate::ProviderError::Status) | none |
//!
//! The tokens of failed attempts are part of the run's usage, and count against its
//! [limit](handoff::Limits::model_tokens).
//!
//! # Dialects
//!
//! No two providers accept the same subset of JSON Schema. A [`Dialect`](crate::Dialect) writes the contract
//! so that the server accepts it, and converts the answer back: a map that was written as a list of pairs
//! becomes a map again, and an optional field that had to be required becomes an absent one. Constraints
//! without a keyword go into the descriptions, and are checked when the answer is read. If nothing fits (a
//! recursive contract for Gemini or Anthropic, a schema over a provider's limits), the schema goes into the
//! prompt.
//!
//! The dialect belongs to the server and not to its protocol: llama.cpp, Ollama and vLLM speak OpenAI's
//! protocol and accept the schema as it is, so
//! [`Http::openai_compatible`](crate::http::Http::openai_compatible) sends it unchanged.
//!
//! Repeat in the prompt what servers do not enforce. Many decoders ignore the range of a number; "between 0
//! and 1" is read.
//!
//! # Tools
//!
//! A model may call agents and pipelines before it answers: those in `tools(…)` of the agent that asks it. It
//! is sent their names, their documentation and the schemas of their inputs.
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use handoff::prelude::*;
//! use handoff_models::testing::Script;
//! use handoff_models::{Model, Prompt};
//!
//! #[contract]
//! pub struct Word {
//!     #[check(len(1..=40))]
//!     pub word: String,
//! }
//!
//! /// Says what a word means.
//! #[agent(timeout = "5s", retries = 1, max_output_tokens = 200)]
//! async fn look_up(word: Word) -> Result<String, BoxError> {
//!     Ok(format!("what {} means", word.word))
//! }
//!
//! /// Explain the saying. Look up what you do not know.
//! #[agent(tools(look_up), max_turns = 6, retries = 1)]
//! async fn explain(saying: String) -> Prompt<String>;
//!
//! pipeline! { pub explained(String) -> String { explain } }
//!
//! #[derive(Clone, FromRef)]
//! struct App {
//!     model: Model,
//! }
//!
//! // In a test, the model is a script.
//! let script = Script::new()
//!     .calls("look_up", r#"{"word":"hand"}"#)
//!     .text("It is worth two in the bush.");
//! let runtime = Runtime::builder().state(App { model: Model::new(script.clone()) }).build();
//! runtime.run(explained, "A bird in the hand".to_owned()).await.unwrap();
//! assert_eq!(script.seen()[1].messages[2].results[0].text, r#""what hand means""#);
//! # }
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! ```
//!
//! A call is two [handoffs](macro@handoff::agent#tools), there and back. Calls of one turn are made
//! concurrently. The model gets their results, and is asked again, in the same attempt and within its
//! timeout:
//!
//! | the model | result |
//! |---|---|
//! | calls a tool | the tool's output as JSON; after its retries its error, in the one line that a warning has, too |
//! | calls it with arguments that break their contract | each violation, as of an answer; the tool is not called |
//! | calls a tool that does not exist | the names of the tools |
//! | is cut off in a call | [`Truncated`](handoff::ErrorKind::Truncated): no call of that turn is made |
//! | calls tools in each of its `max_turns` turns, 10 unless said otherwise | [`TooManyTurns`](crate::ModelErrorKind::TooManyTurns), and no further attempt |
//! | answers | the answer is read; a further attempt begins without the calls of this one |
//!
//! Every turn is a request: it waits for its turn at the model, and counts against the context window, the
//! rates and the run's limits. The limits of a run, its deadline and its cancellation stop the calling agent,
//! too.
//!
//! Arguments are objects for every provider, so an input that is not an object is wrapped in one: `{"value":
//! …}`. Providers that can enforce a schema of arguments (OpenAI, Anthropic) are asked to, unless they do not
//! accept the schema. Gemini accepts no schema of the answer beside tools, so there the contract goes into
//! the prompt.
//!
//! # Rates and queues
//!
//! The limits of a [model](crate::ModelBuilder) (`requests_per_minute`, `tokens_per_minute`, `in_flight`)
//! apply to all agents and runs that share it. Waiting for a turn does not count against the agent's timeout,
//! and waiting for over half a second adds a warning ([`Waited`](handoff::WarningKind::Waited)).
//!
//! # Budgets, and what a count is worth
//!
//! | number | counts | is |
//! |---|---|---|
//! | `max_output_tokens` of the agent | the answer | the provider's cap on it, and checked at the handoff |
//! | `input_budget` of the agent | the input as JSON, and not the words around it | checked at the handoff |
//! | [`context_window`](crate::ModelBuilder::context_window) | prompt, schema, and the longest answer | checked before the call, with the model's [`counter`](crate::ModelBuilder::counter) |
//! | [`Limits::model_tokens`](handoff::Limits::model_tokens) | what providers say that their calls took | checked after each |
//!
//! A count is exact for its encoding, and a guess for any other. [`O200kBase`](handoff::budget::O200kBase) is
//! that of OpenAI's models since GPT-4o; those of Llama, Qwen, DeepSeek, Mistral and others are behind the
//! feature `tiktoken` of `handoff` (`budget::Tiktoken`, which also says by how much encodings differ), and
//! any other is a [`TokenCounter`](handoff::budget::TokenCounter) of yours. Anthropic and Google publish none
//! for their current models: give their budgets a margin, and rely on the usage that they report.
//!
//! # Several models
//!
//! The second parameter of a `Prompt` is the resource that is asked:
//!
//! ```
//! use handoff::prelude::*;
//! use handoff_models::testing::Script;
//! use handoff_models::{Model, Prompt};
//!
//! #[derive(Clone)]
//! pub struct Fast(Model);
//!
//! impl AsRef<Model> for Fast {
//!     fn as_ref(&self) -> &Model {
//!         &self.0
//!     }
//! }
//!
//! #[derive(Clone, FromRef)]
//! struct App {
//!     model: Model,
//!     fast: Fast,
//! }
//!
//! /// Find the topic.
//! #[agent]
//! async fn topic(text: String) -> Prompt<String, Fast>;
//!
//! /// Write about the topic.
//! #[agent]
//! async fn write(topic: String) -> Prompt<String>;
//!
//! pipeline! { pub essay(String) -> String { topic => write } }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), PipelineError> {
//! let fast = Fast(Model::new(Script::new().text("the sky")));
//! let app = App { model: Model::new(Script::new().text("It is blue.")), fast };
//! let essay = Runtime::builder().state(app).build().run(essay, "Why is it blue?".to_owned()).await?;
//! assert_eq!(essay.payload, "It is blue.");
//! # Ok(())
//! # }
//! ```
//!
//! An answer that is a `String` is prose: there is no schema and no JSON.
//!
//! # Streams, and progress
//!
//! An answer that [streams](crate::http::HttpBuilder::streaming) is checked at its end, like any. Meanwhile
//! it reports its progress to [observers](handoff::Observer), with the text for those that want payloads, and
//! restarts the agent's `idle_timeout`:
//!
//! ```
//! use handoff::prelude::*;
//! use handoff::{Event, TraceId};
//!
//! struct Typing;
//!
//! impl Observer for Typing {
//!     fn observe(&self, _: TraceId, event: &Event<'_>) {
//!         if let Event::Progress { agent, text: Some(text), .. } = event {
//!             print!("{}: {text}", agent.name);
//!         }
//!     }
//!
//!     fn wants_payloads(&self) -> bool {
//!         true
//!     }
//! }
//! ```
//!
//! # A provider of your own
//!
//! Implement [`Provider`](crate::Provider) to use another client. This example uses `genai` 0.7, which
//! supports many more providers; this crate does not depend on it:
//!
//! ```ignore
#![doc = include_str!("guide/genai.rs")]
//! ```
//!
//! Compared with [`http`](crate::http), it loses:
//!
//! - **Refusals.** The answer is empty, so it is asked again.
//! - **Errors under status 200**, as gateways send them, and an empty list of choices. Here they are caught by the rule of
//!   [no finish reason, no answer](crate::Provider); what the provider said is gone.
//! - **`Retry-After`, and the provider's id of the call.** A 429 is tried again when the agent's `backoff` says so.
//! - **`traceparent`.** The server's spans do not belong to the run's.
//! - **Streams that break off.** They end without an error, so `exec_chat_stream` is not used.
//! - **The schema as it is written.** It is changed for OpenAI once more: an optional field becomes one that the model has to
//!   make up, unless the dialect is [`OpenAi`](crate::Dialect::OpenAi). For Ollama it is left out: take
//!   [`Words`](crate::Dialect::Words).
//! - **The order of its keys.** A [`Value`](serde_json::Value) sorts them, so that a model may be led to conclude before it
//!   reasons.
//!
//! # Another TLS
//!
//! `native-tls`, proxies of your own and corporate roots are those of a client that you [hand in](crate::http#tls). The
//! environment's proxies hold without one.
