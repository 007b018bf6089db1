//! Typed handoffs between agents.

pub mod contract;

pub use contract::{Confidence, Contract, ContractViolation, Fingerprint, Pointer, Violation, Violations};

#[doc(hidden)]
pub mod __private {
    pub use schemars;
    pub use serde;

    pub use crate::contract::internals as contract;
}
