//! Durable runs, which outlive their process, and agents in other processes.
//!
//! On one machine, without a server, runs are recorded in a folder of [`Files`], and applications use
//! [`Durable`]: a run with an id begins once, is resumed where it was left, and returns its outcome whenever
//! it is asked for again.
//!
//! ```
//! use handoff::durable::{Durability, Files};
//! use handoff::prelude::*;
//!
//! # #[agent] async fn plan(goal: String) -> Vec<String> { vec![goal] }
//! # #[agent] async fn work(step: String) -> String { step }
//! # #[agent] async fn merge(done: Vec<String>) -> String { done.join(" ") }
//! pipeline! { pub research(String) -> String { plan => fan_out(|plan| plan, max = 8) work => barrier(all) => merge } }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("handoff-doc-durable-{}", std::process::id()));
//! let files = Files::open(&folder, Durability::Disk)?;
//! let durable = Runtime::default().durable(files).with(research);
//! // What the last process has not brought to its end.
//! durable.resume_all().await?;
//! let report = durable.run(research, "order-17", "tides".to_owned()).await?;
//! # assert_eq!(report.payload, "tides");
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! The engine of durable runs makes requests one after the other, in an order that is always the same: call
//! this agent, start that timer, cancel this. A [`Journal`] carries them out, and returns their outcomes one
//! at a time, in an order that it records: when any process resumes the run, the journal returns the same
//! outcomes in the same order, and the run makes the same requests. So every pipeline is durable without
//! changes, and a new engine implements one trait; the futures of its SDK may even be `!Send`.
//!
//! The unit is **one attempt of one agent**. Retries, the pauses between them, and the deadlines of barriers
//! and runs are requests, too, so they are as durable as everything in the journal.
//!
//! # Writing another engine
//!
//! Implement [`Store`] for a system that only stores entries, such as a table of a database: agents then run
//! in this process. Implement [`Journal`] for a system that makes the calls as well, such as a workflow
//! service whose workers have the agents.
//!
//! The rest is done by the library: the checks of handoffs, barriers, retries and cancellation. [`Journal`]
//! documents the requirements.
//!
//! # Guarantees
//!
//! - A call whose outcome was [returned](Journal::first) is never made again. An attempt whose outcome was
//!   not recorded is made again, so that agents are called **at least once**.
//! - A run always continues with the value that is read from the journal, even if there was no crash: a field
//!   with `#[serde(skip)]` is empty for the next agent. Of an agent's own error, the text is recorded.
//! - Closures of a pipeline (`map`, `label`, `until`, `recover`, guards) are called again when a run is
//!   resumed, and must be pure: if one reads a clock, its result differs, and the run stops with a
//!   [`Mismatch`].
//! - Tools that an agent calls, and runs that it starts, are part of its attempt, and are made again if the
//!   attempt is. Values that it [keeps](crate::Context::keep) for later attempts are lost with the process.

mod asked;
mod call;
mod calling;
mod course;
mod drive;
#[allow(clippy::module_inception)] // by the name of what is in it
mod durable;
mod entry;
mod error;
mod files;
mod gather;
mod here;
mod journal;
mod local;
mod memory;
mod opening;
mod origin;
mod outside;
mod queue;
mod replay;
mod runs;
mod scheduled;
mod serve;
mod shape;
mod signals;
mod site;
mod testing;
mod times;

pub use super::tokio::OneAttempt;
pub use asked::SignalAsked;
pub use call::{Call, InputHash, Outcome, Spent, Work};
pub use drive::{drive, drive_to_text};
pub use durable::{Durable, Resumed};
pub use entry::{Entry, Head};
pub use error::{JournalError, Mismatch};
pub use files::{Durability, Files};
pub use here::Here;
pub use journal::{Journal, Stop, Store, Ticket, Timer};
pub use local::Local;
pub use memory::Memory;
pub use origin::Origin;
#[doc(hidden)]
pub use outside::{answered, deadline_of, payload_bytes_of};
pub use runs::{RunInfo, RunState};
pub use scheduled::Scheduled;
pub use serve::NotACall;
pub use site::{Elsewhere, Hands, Job, Site};
pub use testing::{Differs, Report, replays};
pub(in crate::engine) use times::time_of;
