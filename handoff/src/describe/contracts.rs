//! The contracts of a description.

use crate::contract::{Contract, Fingerprint};
use crate::text::OneLine;
use schemars::Schema;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};

/// The identity of a contract: types of one name in different modules have different fingerprints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContractId {
    /// The contract's name, as messages show it: `Vec<SubTask>`.
    pub name: String,
    /// The fingerprint of the contract's schema.
    pub fingerprint: Fingerprint,
}

impl ContractId {
    #[inline]
    pub(super) fn of<T: Contract>() -> Self {
        Self { name: T::name().into_owned(), fingerprint: T::fingerprint() }
    }
}

impl fmt::Display for ContractId {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(f).write_str(&self.name)
    }
}

/// A contract that crosses a handoff of the pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DescribedContract {
    /// The contract's name and fingerprint.
    #[serde(flatten)]
    pub id: ContractId,
    /// The most tokens that a value may have as JSON, from `#[contract(max_tokens = N)]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The contract's JSON Schema, as [`Contract::schema`] returns it.
    ///
    /// It has the documentation of the fields, which does not count towards the fingerprint.
    pub schema: Schema,
}

impl DescribedContract {
    #[inline]
    pub(super) fn of<T: Contract>(id: ContractId) -> Self {
        Self { id, max_tokens: T::MAX_TOKENS, schema: T::schema().clone() }
    }
}
