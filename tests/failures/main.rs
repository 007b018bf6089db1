//! What becomes of a run when something goes wrong in it.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async, // agents that have nothing to wait for
    clippy::float_cmp // what is carried on is carried on to the last bit
)]

mod attempts;
mod attribution;
mod barrier;
mod branches;
mod cancellation;
mod confidence;
mod fan_outs;
mod idle;
mod joins;
mod keeping;
mod kept;
mod naming;
mod nesting;
mod options;
mod panics;
mod payloads;
mod races;
mod retries;
mod routing;
mod support;
mod verdicts;
mod waiting;
mod workers;
