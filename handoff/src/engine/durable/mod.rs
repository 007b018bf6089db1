//! Runs that outlive their process, and agents that are in other processes.
//!
//! On one machine, without a server, runs are kept in a folder of [`Files`], and [`Durable`] is what an application has of
//! them: an id makes a run one that begins once, goes on wherever it was left, and says again how it ended.
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
//! The engine of such runs asks for what it needs one thing after the other, in an order that is always the same: call
//! this agent, wake me then, forget that. A [`Journal`] does it, and says what has ended, one at a time, in an order that
//! it keeps: where the run is gone on with, by whatever process, it says the same again, and the run does the same again.
//! So a pipeline is durable as it is, and an engine is one trait to write; the futures of an SDK may be anything, also
//! `!Send`.
//!
//! The unit is **one attempt of one agent**. Retries, the pauses between them, and the deadlines of barriers and runs are
//! asked for like any other, so they are as durable as what the journal keeps.
//!
//! # Writing another engine
//!
//! Implement [`Store`] for what only keeps entries, such as a table of a database: the agents then run in this process.
//! Implement [`Journal`] for what makes the calls as well, such as a service of workflows whose workers have the agents.
//!
//! Most of what a run does is the library's: what is checked at the door, what a barrier makes of failures, what is tried
//! again and when, what is stopped. What a journal has to keep to is said at [`Journal`].
//!
//! # What is promised, and what is not
//!
//! - What has been [said](Journal::first) is never asked for again. An attempt whose end was not kept is made again, so
//!   that agents are called **at least once**.
//! - A run always goes on with what can be read from the journal, not with the value that it has: a field with
//!   `#[serde(skip)]` is empty for the next agent, whether or not there was a crash. What an agent's own error was is
//!   known by its text.
//! - Closures of a pipeline (`map`, `label`, `until`, `recover`, guards) are called again where a run is gone on with, and
//!   have to be pure: one that reads a clock is found by what it hands on, which is [`Mismatch`].
//! - What an agent calls as a tool, and runs that it starts, are part of its attempt and made where that is made: again,
//!   if the attempt is. What it [keeps](crate::Context::keep) for later attempts is gone with the process.

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
pub use outside::answered;
pub use runs::{RunInfo, RunState};
pub use scheduled::Scheduled;
pub use serve::NotACall;
pub use site::{Elsewhere, Hands, Job, Site};
pub use testing::{Differs, Report, replays};
pub(in crate::engine) use times::time_of;
