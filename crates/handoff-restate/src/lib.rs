//! Agents and pipelines on many machines, with [Restate](https://restate.dev).
//!
//! Agents and pipelines do not change for it. An agent is a service and a pipeline is a workflow, which any
//! number of hosts may have; a Restate server calls them, and records the outcome of each call. If a process
//! dies, another one takes over: a run goes on to its end, whatever happens to the processes that it began
//! in.
//!
//! [`handoff::durable`] does the same on one machine, without a server, and its guarantees apply here, too.
//! Use that if one machine is enough. Use this crate if it is not, if runs have to go on while a machine is
//! down, or if agents need hosts of their own.
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
//! The body of a request is just the input, so any HTTP client can start a run. The response to an input that
//! breaks its contract lists all violations, and the response to a failed run has its error: on one line, and
//! then [in full](handoff::PipelineError::to_json).
//!
//! ```sh
//! curl localhost:8080/research/order-17/run --json '"Why is the sky blue?"'      # and /run/send, which does not wait
//! curl localhost:8080/restate/workflow/research/order-17/attach
//! ```
//!
//! # Guarantees
//!
//! - Each attempt of an agent is one call, and a call whose outcome Restate has recorded is never made again.
//!   An attempt whose host dies is made again: agents are called **at least once**. The same happens if a
//!   dying server had not yet recorded the outcome, which can be a second of work.
//! - If a server is killed between the result of a call and its completion, it asks again, and gets the
//!   result: the agent is not called for it.
//! - A failed attempt is an outcome like any other: after a crash in its second attempt, an agent does not
//!   get its first one back. Pauses between attempts, and the deadlines of barriers and runs, go on as if
//!   nothing had happened.
//! - A run has the same result as on a [`Runtime`](handoff::Runtime): the same envelope or the same error, to
//!   the letter. Of an agent's own error, the text is recorded.
//! - The order in which tasks ended is recorded, too, so that barriers decide the same again.
//! - Cancellation reaches all hosts: an agent's future is dropped on its host.
//! - If a host of the pipeline is killed or shut down, its runs go on at the next one, and no finished call is made
//!   again. Let `stop` end with [`Runtime::shutdown`](handoff::Runtime::shutdown), so that the next one need not wait.
//! - A call that is cancelled or killed on the server, beside its run, fails with
//!   [`JournalError::Refused`](handoff::durable::JournalError::Refused), and so does one that is answered by something
//!   other than an agent. It is not retried, and barriers treat it like any other failure. A service that no host has is
//!   waited for.
//! - Agents know the [time](handoff::Context::time_left) until the run's deadline, by the clock of their host.
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
//! # Several hosts, and new builds
//!
//! Restate knows a service by **one** address. Several hosts of an agent stand behind a load balancer.
//! Registering a second address for a name directs all new calls to it.
//!
//! A run stays at the address that it began at. Its calls go to the newest address of each agent, even from
//! older runs. So
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
//! # The server
//!
//! - **Licence.** The SDK is MIT. The server is under the Business Source License 1.1, with a grant for any
//!   use, in production too, but for one: offering Restate itself as a managed service, where third parties
//!   register services of their own. Four years after its release, each version is under Apache 2.0. This is
//!   no legal advice; the text is in the package.
//! - **Payloads** are stored unencrypted until the records of a run are deleted, and are in the server's log
//!   after a mismatch.
//! - **Access.** Anybody who reaches a host can call its agents, and anybody who reaches the ingress can
//!   start runs. Keep both in a private network, and see [`Endpoint::identity_key`]. The ingress refuses
//!   calls of agents.
//! - **Silence.** Restate suspends an invocation that is silent for a minute, which an agent would not
//!   survive. So agents are registered with an inactivity timeout of their `timeout` and an hour more, in which they may wait for their turn under `concurrency`; with `timeout = "none"` it is a year. Timeouts that are raised at run time ([`AgentOptions`](handoff::AgentOptions)) have to stay below that. Workflows may be suspended, and are.
//! - **Size.** A message has 32 MiB at most, and a payload 8 MiB ([`Limits`](handoff::Limits)). The server
//!   keeps the payloads of current calls in memory: hundreds of payloads of a megabyte at once take a
//!   gigabyte. A call of an agent is three entries of the run's journal.
//! - **`tasks_in_flight`** limits a run's tasks on the pipeline's host. On an agent's host, the agent's
//!   `concurrency` limits the attempts of all runs.
//! - **Signals** wait in the server, and take nothing of a host: a run that waits for one is suspended.
//!   [`Client::signals`] lists those of a run, and [`Client::answer`] answers. A host of the pipeline checks the answer against its contract and its budgets before it is taken. No host needs the agent, so none can replace it either. Without a client: `curl -X POST localhost:8080/article/order-17/signals`, and `curl
//!   localhost:8080/article/order-17/answer --json '{"signal": "…", "answer": {…}}'`.
//! - **Retries of the server** are for hosts that cannot be reached, and pause for two seconds at most: see
//!   [`Endpoint::retry_interval`]. A host that no agent's name leads to is tried again, too, and nobody is told: that is
//!   what [`Client::check`] is for.
//! - `crates/handoff-restate/server` has scripts that install and start one on loopback, with telemetry off;
//!   with the feature `testing`, `testing::Server` is one for a test.
//!
//! # Other engines
//!
//! This crate does not decide what a run does; the scheduler in `handoff` does. It uses a
//! [`Journal`](handoff::durable::Journal), whose four main methods are *call this*, *wait this long*, *what
//! has ended first* and *cancel that*; the one for Restate is one file. An engine fits if it records which of
//! several calls ended first, and can be asked for that without a future of its own in the pipeline's code;
//! its futures may be `!Send`.
//!
//! Postgres with [DBOS](https://docs.dbos.dev), for example, fits in two ways. If agents run in the process,
//! its table of steps is a [`Store`](handoff::durable::Store): one method, `append`, in one transaction. If
//! they are workers elsewhere, its queues are a `Journal`: `call` enqueues a child workflow whose id is the
//! run's and [`Call::place`](handoff::durable::Call::place), so that it is enqueued once; `sleep` records a
//! time; `first` waits for the next outcome and, before it returns that, records it under its number;
//! `cancel` cancels the child. The step numbers of DBOS cannot be used for that: they follow the order in
//! which calls are made, which in a fan-out of chains may differ after a crash.

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
