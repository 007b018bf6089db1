//! From text to a contract.

pub(crate) mod lenient;
pub(crate) mod parse;
pub(crate) mod validator;
