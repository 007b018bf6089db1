//! The cases on each engine, and the tables that are made of them.
//!
//! After a change, `UPDATE_EXPECT=1 cargo test -p handoff-conformance` writes the tables anew: read them before they are
//! committed.
#![allow(missing_docs, unreachable_pub)] // a user's crate in small

mod clocks;
mod journals;
mod support;
mod tables;
mod threads;
