//! Agents and pipelines on many machines, by way of [Restate](https://restate.dev).
//!
//! Nothing in them changes for it. An agent is a service and a pipeline a workflow, each of which any number of hosts may
//! have; a Restate server calls them, and keeps how each call has ended. Whoever dies is replaced, and goes on: a run ends
//! when its last agent has, whatever has become of the processes that it began in.
//!
//! What is the same without a server, on one machine, is [`handoff::durable`], and what is said there of durable runs goes
//! here, too. Take that where one machine is enough, and this where it is not; where runs have to go on while a
//! machine is away; or where agents want hosts of their own, for what they need or for how many there are.
//!
//! # A host
//!
//! ```no_run
//! use handoff::prelude::*;
//! use handoff_restate::Endpoint;
//! use tokio::net::TcpListener;
//!
//! #[agent(role = planner)]
//! async fn plan(question: String) -> Vec<String> {
//!     question.split_inclusive('?').map(str::to_owned).collect()
//! }
//!
//! #[agent(timeout = "30s", retries = 2)]
//! async fn work(part: String, cx: Context) -> Result<String, std::io::Error> {
//!     // Services that act once are told the key: it is the same wherever the call is made again.
//!     Ok(format!("{part} ({})", cx.idempotency_key()))
//! }
//!
//! pipeline! { pub research(String) -> Vec<String> { plan => fan_out(|parts| parts, max = 8) work => barrier(all) } }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let listener = TcpListener::bind("0.0.0.0:9080").await?;
//!     let endpoint = Endpoint::new(Runtime::default());
//!     // Agents may as well be in other processes than the pipeline, which needs nothing of them but their names.
//!     let endpoint = endpoint.pipeline(research).agent::<plan>().agent::<work>();
//!     Ok(endpoint.serve(listener, tokio::signal::ctrl_c()).await?)
//! }
//! ```
//!
//! # A client
//!
//! ```no_run
//! use handoff_restate::Client;
//!
//! # use handoff::prelude::*;
//! # #[agent] async fn plan(question: String) -> Vec<String> { vec![question] }
//! # pipeline! { pub research(String) -> Vec<String> { plan } }
//! # async fn client() -> Result<(), handoff_restate::ClientError> {
//! let client = Client::new("http://127.0.0.1:8080", "http://127.0.0.1:9070")?;
//! // Once for each new build of a host: the names and the contracts of all that it belongs to are held against its own.
//! client.register(&["http://10.0.0.7:9080"]).await?;
//!
//! let question = "Why is the sky blue? Why is snow white?".to_owned();
//! let found = client.run(research, "order-17", &question).await?;     // begins, or waits for who has begun
//! let again = client.result(research, "order-17").await?;            // for a week: `Endpoint::keep_results`
//! # let _ = (found, again);
//! # Ok(())
//! # }
//! ```
//!
//! # Without a client
//!
//! The body of a request is the input and nothing else, so anything can start a run. What breaks its contract is answered
//! with everything that is wrong with it, and a failed run with its error: a line, and then
//! [all of it](handoff::PipelineError::to_json).
//!
//! ```sh
//! curl localhost:8080/research/order-17/run --json '"Why is the sky blue?"'      # and /run/send, which does not wait
//! curl localhost:8080/restate/workflow/research/order-17/attach
//! ```
//!
//! # What is promised
//!
//! - Each attempt of an agent is one call, and what Restate has the end of is never called again. An attempt whose host dies
//!   under it is made again: agents are called **at least once**. So is one whose end a dying server had not written down
//!   yet, which can be a second of work.
//! - A server that is killed between what a call came to and its end has one and not the other. It asks again, and is told the
//!   end: the agent is not called for it.
//! - A failed attempt has an end like any other. After a crash in its second attempt, an agent has not got its first one
//!   back; pauses between attempts, and the deadlines of barriers and runs, go on as if nothing had happened.
//! - A run comes to what it comes to on [`Runtime`](handoff::Runtime): the same envelope or the same error, to the letter.
//!   What an agent's error was is known by its text.
//! - Which of several tasks has ended first is kept, too, so barriers that go by it decide the same again.
//! - What is cancelled is cancelled wherever it is: an agent's future is dropped on its host.
//! - A host of the pipeline that is killed or shut down under a run leaves it to the next, which calls nobody again. Have
//!   `stop` end with [`Runtime::shutdown`](handoff::Runtime::shutdown), so that the next need not wait for it.
//! - A call that is cancelled or killed on the server, beside its run, or that is answered by something that is no agent,
//!   has failed with [`JournalError::Refused`](handoff::durable::JournalError::Refused). It is not tried again; barriers
//!   treat it as any other failure. A service that no host has is no such failure: it is waited for.
//! - Agents know how long the run may still take ([`Context::time_left`](handoff::Context::time_left)), by the clock of
//!   their host.
//!
//! Closures of pipelines (`map`, `until`, `label`, guards, `recover`, …) are called again when a run goes on, and have to be
//! pure. One that reads a clock or draws a number asks for something else than it did, which Restate finds: it logs
//! `Journal mismatch`, **with both payloads**, and tries again until somebody puts it right. The same goes for a pipeline
//! that has changed behind the same address.
//!
//! # What observers are told
//!
//! - Those of the host that has the pipeline are told all of a run: its attempts, wherever they are made, and its handoffs.
//!   Those of an agent's host are told nothing of it.
//! - A host that is shut down under a run, without being killed, tells that the run ends there.
//! - A host that goes on with a run tells its beginning again, to the start of its first attempts, then nothing until
//!   it has gone over all that Restate has, and then all that is new. A run that was suspended goes on like that, too.
//! - Nobody tells of what ended while no host had the run, nor of what follows from it up to the start of the next
//!   attempts.
//!
//! # Several hosts, and new ones
//!
//! Restate knows a service by **one** address. Several hosts of an agent stand behind a balancer or, on one machine, share a
//! port (`SO_REUSEPORT`). Whoever registers a second address for a name takes all new calls to it.
//!
//! A run stays with the address that it began at. Its calls do not: they go to the newest host of each agent, also from the
//! runs of yesterday. So
//!
//! - a new build of a pipeline gets an address of its own, is registered there, and the old one is kept until no
//!   run is left on it (`SELECT COUNT(*) FROM sys_invocation WHERE pinned_deployment_id = '…' AND status <> 'completed'`, by
//!   [`Client::query`]);
//! - a new build of an agent whose contracts are the same takes the place of the old one at any time;
//! - a new version of `handoff` goes to the hosts of agents first: what a pipeline on a newer one asks, an older host may
//!   refuse, and does not pass over what it does not know. Such a call is made again until a host knows it;
//! - an agent whose contracts change is another agent, and wants another name until the last run of the old pipeline has
//!   ended. [`Client::register`] refuses hosts that would not fit what is known. What
//!   comes past it (Restate's own tools know nothing of contracts) ends a run with
//!   [`ErrorKind::SchemaDrift`](handoff::ErrorKind::SchemaDrift) where the two meet, and never with a payload that
//!   somebody misreads.
//!
//! # What to know of the server
//!
//! - **Licence.** The SDK is MIT. The server is under the Business Source License 1.1, with a grant for any use, in
//!   production too, but for one: offering Restate itself as a managed service, where third parties register services of
//!   their own. Four years after its release, each version is under Apache 2.0. This is no legal advice; the text is in the
//!   package.
//! - **Payloads** are in its storage in clear, until what is kept of a run is forgotten, and in its log after a mismatch.
//! - **Whoever reaches a host can call its agents**, and whoever reaches the ingress can start runs. Keep both in a network of
//!   their own, and see [`Endpoint::identity_key`]. The ingress refuses calls of agents.
//! - **Silence.** Restate suspends an invocation that is silent for a minute, which an agent would not survive. So each is
//!   registered with a patience of its `timeout` and an hour more, for its turn under `concurrency`; of a year with
//!   `timeout = "none"`. Timeouts that are raised at run time ([`AgentOptions`](handoff::AgentOptions)) have to stay below
//!   that. Workflows may be suspended, and are.
//! - **Size.** A message has 32 MiB at most, and a payload 8 MiB ([`Limits`](handoff::Limits)). The server holds what it
//!   is at work on in memory: hundreds of payloads of a megabyte at once are a gigabyte of it. An agent's call is three
//!   entries of the run's journal.
//! - **`tasks_in_flight`** bounds a run's tasks on the pipeline's side, and nothing on an agent's host: what bounds the
//!   attempts of all runs there is the agent's `concurrency`.
//! - **Signals** wait in the server, and take nothing of a host: a run that waits for one is suspended. [`Client::signals`]
//!   lists those of a run, and [`Client::answer`] answers. A host of the pipeline holds the answer to its contract and its
//!   budgets before it is taken. No host needs the agent, so none can replace it either. Without a client:
//!   `curl -X POST localhost:8080/article/order-17/signals`, and
//!   `curl localhost:8080/article/order-17/answer --json '{"signal": "…", "answer": {…}}'`.
//! - **Retries of the server** are for hosts that cannot be reached, and pause for two seconds at most: see
//!   [`Endpoint::retry_interval`]. A host that no agent's name leads to is tried again, too, and nobody is told: that is
//!   what [`Client::check`] is for.
//! - `crates/handoff-restate/server` has scripts that install and start one on loopback, with telemetry off; with the
//!   feature `testing`, `testing::Server` is one for a test.
//!
//! # Other engines
//!
//! Nothing that decides what a run does is here. [`Journal`](handoff::durable::Journal), from which a scheduler
//! in `handoff` gets its answers, has four methods, and the whole of it on Restate is one file of some 150 lines: *call this*,
//! *wait so long*, *what has ended first*, *give that up*. An engine fits if it keeps which of several things ended
//! first, and can be asked for that without a future of its own in the pipeline's code; it may be `!Send`.
//!
//! Postgres by way of [DBOS](https://docs.dbos.dev), say, fits twice. Where agents run in the process, its table of steps is a
//! [`Store`](handoff::durable::Store): one method, `append`, in one transaction. Where they are workers elsewhere, its queues
//! are a `Journal`: `call` enqueues a child workflow whose id is the run's and [`Call::place`](handoff::durable::Call::place),
//! so that it is enqueued once; `sleep` keeps a time; `first` waits for the next of them and, before it says
//! which, writes that down under the number of what it says; `cancel` cancels the child. Its own numbering of
//! steps is no such number: it follows the order in which calls are built, which in a fan-out of chains is another after a
//! crash.

mod client;
mod endpoint;
mod journal;
mod manifest;
mod name;
mod payload;
mod preflight;
mod schema;
mod server;
mod service;
mod signals;
#[cfg(feature = "testing")]
pub mod testing;

#[doc(hidden)]
pub use client::NamesPipeline;
pub use client::{AgentProgress, Client, ClientError, Progress, Started};
pub use endpoint::{Endpoint, EndpointError};
pub use preflight::Missing;
