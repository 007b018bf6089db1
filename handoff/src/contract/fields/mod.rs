//! The fields of contracts: what each is, and what is done with it.

pub(crate) mod field;
pub(crate) mod functions;
pub(crate) mod kind;
pub(crate) mod opaque;
pub(crate) mod visitors;
