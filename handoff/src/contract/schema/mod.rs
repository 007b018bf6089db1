//! The JSON Schema of a contract, and what identifies it.

pub(crate) mod build;
pub(crate) mod cache;
pub(crate) mod canonical;
pub(crate) mod fingerprint;
pub(crate) mod jcs;
