//! Contracts, as a user writes them.
#![allow(missing_docs)]

mod basics;
