//! The JSON Schema of a contract, and what identifies it.

pub(crate) mod annotations;
pub(crate) mod beside_derive;
pub(crate) mod build;
pub(crate) mod cache;
pub(crate) mod canonical;
mod closing;
pub(crate) mod fingerprint;
pub(crate) mod jcs;
pub(crate) mod object;
mod survey;
mod text;
