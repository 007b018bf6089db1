//! Runs that are cut short and gone on with: each case at every entry that is kept of it.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async, // agents that have nothing to wait for
)]

mod again;
mod agents;
mod cuts;
mod events;
mod journals;
mod kept;
mod killed;
mod resumed;
mod signals;
mod support;
