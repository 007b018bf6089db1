//! What bounds a run from outside: limits, deadlines, cancellation, shutdown; and agents that block.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async, // agents that have nothing to wait for
)]

mod after_the_end;
mod again;
mod blocking;
mod cancel;
mod concurrency;
mod idempotency;
mod joins;
mod limits;
mod models;
mod nested;
mod polling;
mod replaced;
mod shutdown;
mod signals;
#[path = "../failures/support.rs"]
#[allow(dead_code)] // the other tests' helpers
mod support;
mod surroundings;
mod tools;
mod trace;
mod turns;
mod waiting_for_a_thread;
mod warnings;
