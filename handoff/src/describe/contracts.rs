//! The contracts of a description.

use crate::contract::{Contract, Fingerprint};
use crate::text::OneLine;
use schemars::Schema;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};

/// Which contract: types in different modules may have one name, and then differ in the fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContractId {
    /// Its name, as messages have it: `Vec<SubTask>`.
    pub name: String,
    /// What identifies its schema.
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

/// A contract that crosses a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DescribedContract {
    /// Its name and fingerprint.
    #[serde(flatten)]
    pub id: ContractId,
    /// The most tokens that a value may have as JSON, from `#[contract(max_tokens = N)]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Its JSON Schema, as [`Contract::schema`] has it: with the documentation of its fields, of which the fingerprint
    /// knows nothing.
    pub schema: Schema,
}

impl DescribedContract {
    #[inline]
    pub(super) fn of<T: Contract>(id: ContractId) -> Self {
        Self { id, max_tokens: T::MAX_TOKENS, schema: T::schema().clone() }
    }
}
