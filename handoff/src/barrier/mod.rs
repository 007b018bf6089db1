//! Barriers: when a fan-out is complete, and what becomes of its tasks then.
//!
//! A barrier does not run tasks. An engine reports to it how each task ended, asks it whether to go on, and
//! hands on the results that it returns.
//!
//! Every barrier follows these rules:
//!
//! - **Order**: results and failures are in the order of the items, whichever was first.
//! - **First failure**: under [`Policy::All`] the earliest failure that is seen fails the barrier, the
//!   lowest index where several are seen at once. Under the others a failure counts as one, and
//!   the barrier fails as soon as too many have failed for enough to succeed.
//! - **The rest**: once the barrier has failed, or [`Policy::First`] has its successes, tasks that run
//!   are stopped and waited for, for one second at most; tasks that wait are never started. They are
//!   neither results nor failures.
//! - **Deadline**: what has not settled by then is stopped in the same way, but counts as failed, with
//!   the kind [`Deadline`](crate::ErrorKind::Deadline), whether it had been started or not. It is measured on
//!   tokio's clock from the moment the fan-out begins.
//! - **Finished results** are kept on the error: [`PipelineError::finished`](crate::PipelineError::finished).
//! - **Drop**: dropping the run stops all tasks and loses what they had finished.
//! - **Limit**: no more tasks run at once than the fan-out's `concurrency` and
//!   [`Limits::tasks_in_flight`](crate::Limits::tasks_in_flight) allow; the rest waits. One task of each fan-out may be
//!   beyond the latter, so that nested ones do not wait for each other.
//! - **Recovery**: what `recover` makes of a failed task is a result, under every policy, and counts 0
//!   towards the confidence unless it has a `#[confidence]` of its own. It is no success:
//!   `at_least` and `first` count only tasks that succeeded, and `all` and `settled` take it
//!   ([`Partial::recovered`] says which they are). What a barrier has stopped is not recovered, be it at the deadline.
//! - **No tasks**: a fan-out with `allow_empty` hands on a `Vec` or a `Partial` of nothing, and the
//!   confidence that came in. A quorum of a number of tasks is out of reach then, and fails.
//!
//!
#![doc = include_str!("conformance.md")]

mod entries;
mod gathers;
mod labels;
mod partial;
mod policy;
mod state;
mod warnings;

pub use entries::{Entries, PartialTask, TaskOutcome};
pub use gathers::Gathers;
pub use labels::Labels;
pub use partial::{Partial, TaskFailure};
pub use policy::Policy;
pub use state::{Barrier, Ended, Status};
