//! Logs of real runs, as they are read back.

// Agents are async, whether they await or not.
#![allow(missing_docs, unreachable_pub, clippy::unused_async)]

mod causes;
mod files;
mod killed;
mod learn;
mod queue;
mod runs;
mod secrets;
mod support;
