//! The fields of contracts: what each is, and what is done with it.

pub(crate) mod collection;
pub(crate) mod field;
pub(crate) mod functions;
pub(crate) mod json_type;
pub(crate) mod kind;
pub(crate) mod once;
pub(crate) mod opaque;
pub(crate) mod there;
pub(crate) mod visitors;
