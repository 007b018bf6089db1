//! JSON as it is read, and as strictly as a contract asks. Nothing here knows of contracts.

pub(crate) mod absent;
pub(crate) mod find;
pub(crate) mod keys;
pub(crate) mod members;
pub(crate) mod pointer;
pub(crate) mod strict;
pub(crate) mod text;
pub(crate) mod thoughts;
pub(crate) mod tree;

/// The most objects and lists in one another: `serde_json` reads no more, as they go by the stack.
pub(crate) const MOST_LEVELS: usize = 127;
