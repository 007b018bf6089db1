//! What stands in the attributes of a contract, its variants and its fields.

pub mod check;
pub mod entries;
pub mod naming;
pub mod range;
pub mod schemars;
pub mod serde;
