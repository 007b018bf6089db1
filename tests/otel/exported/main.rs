//! The spans of runs as they are exported, whatever is around the runs.
#![allow(missing_docs, unreachable_pub, clippy::unused_async)] // a user's crate in small

mod filters;
mod ids;
mod secrets;
mod support;
mod tools;
mod tree;
