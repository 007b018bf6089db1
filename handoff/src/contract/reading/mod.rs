//! From text to a contract.

pub(crate) mod by_schema;
pub(crate) mod choice;
pub(crate) mod from_json;
pub(crate) mod lenient;
pub(crate) mod parse;
mod structure;
pub(crate) mod validator;
