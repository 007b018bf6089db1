//! What pipelines are declared as, kept with their runs: to say what has changed since.

use super::Files;
use crate::contract::diff;
use crate::describe::{DescribedContract, Description};
use crate::envelope::SchemaDrift;
use hmac_sha256::Hash;

/// What a pipeline is declared as.
#[derive(Debug)]
pub(super) struct Shape {
    /// Stands for it, in the heads of runs and as the name of a file.
    pub(super) hash: String,
    /// Its [`Description`], as JSON.
    pub(super) description: String,
}

impl Shape {
    #[inline]
    pub(super) fn of(description: &Description) -> Self {
        // Text, numbers and schemas.
        let description = serde_json::to_string(description).unwrap_or_default();
        let digest = Hash::hash(description.as_bytes());
        let hash = format!("{:016x}", u64::from_be_bytes(std::array::from_fn(|at| digest[at])));
        Self { hash, description }
    }

    /// Says what has changed in a contract since a run began.
    #[inline]
    pub(super) fn explain(&self, files: &Files, began_as: &str, drift: &mut SchemaDrift) {
        let contract = |json: &str, fingerprint| -> Option<DescribedContract> {
            let contracts = serde_json::from_str::<Description>(json).ok()?.contracts;
            contracts.into_iter().find(|contract| contract.id.fingerprint == fingerprint)
        };
        let Some(before) = files.shape(began_as).and_then(|before| contract(&before, drift.sent)) else {
            return;
        };
        if let Some(now) = contract(&self.description, drift.expected) {
            drift.changes = diff(&before.schema, &now.schema);
        }
        drift.sent_contract.get_or_insert(before.id.name);
    }
}
