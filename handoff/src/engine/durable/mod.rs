//! Runs that outlive their process, and agents that are in other processes.
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

mod call;
mod calling;
mod drive;
mod entry;
mod error;
#[cfg_attr(not(test), expect(dead_code, reason = "what takes runs out of a folder comes next"))]
mod files;
mod gather;
mod here;
mod journal;
mod local;
mod memory;
mod queue;
mod replay;
mod scheduled;
mod serve;
mod site;
mod testing;

pub use super::tokio::OneAttempt;
pub use call::{Call, InputHash, Outcome, Spent, Work};
pub use drive::{Origin, drive, drive_to_text};
pub use entry::{Entry, Head};
pub use error::{JournalError, Mismatch};
pub use files::{Durability, Files};
pub use here::Here;
pub use journal::{Journal, Stop, Store, Ticket, Timer};
pub use local::Local;
pub use memory::Memory;
pub use scheduled::Scheduled;
pub use serve::NotACall;
pub use site::{Elsewhere, Hands, Job, Site};
pub use testing::{Differs, Report, replays};
