//! Typed handoffs between agents.

pub mod contract;

pub use handoff_macros::contract;

pub use crate::contract::{
    Confidence, Contract, ContractViolation, Fingerprint, Pointer, Violation, Violations,
};

#[doc(hidden)]
pub mod __private {
    pub use std::borrow::Cow;
    pub use std::sync::OnceLock;

    pub use schemars;
    pub use serde;

    pub use crate::contract::internals as contract;
}
