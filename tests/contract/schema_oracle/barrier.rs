//! What a barrier hands on, which is generic and no `#[contract]`. The twins have the fields of `handoff`'s, and
//! as comments what is said of them to a model.

use handoff::Partial as Own;

use super::shared::{ours, theirs};
use super::{described_differently, differences as differ};

/// The results of a fan-out whose barrier tolerates failures, and the failures.
#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Partial<T> {
    results: Vec<T>,
    failures: Vec<TaskFailure>,
    /// The width of the fan-out.
    total: usize,
    /// Why tasks failed whose results are what `recover` made of that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recovered: Vec<TaskFailure>,
    /// Tasks that are neither results nor failures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<usize>,
    /// The names of the tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
}

twin! {
    theirs [] [#[doc = "A task of a fan-out that failed."]] struct TaskFailure {
        /** The task's index in the fan-out, from 0. */ task: usize,
        /** The task that the fan-out is in, if it is in one. */
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<String>,
        /** The task's name, where the fan-out has a `label`. */
        label: Option<String>, /** The agent that is at fault. */ agent: String,
        /** The kind of the failure. */ kind: String,
        /** What went wrong, on one line of at most 500 characters. */ message: String,
    }
}

/// What differs, of both.
pub(super) fn differences() -> String {
    [
        described_differently::<handoff::TaskFailure, TaskFailure>(),
        differ::<Own<u8>, Partial<u8>>(None),
        differ::<Own<Option<String>>, Partial<Option<String>>>(None),
        differ::<Own<ours::Inner>, Partial<theirs::Inner>>(None),
        differ::<Own<ours::Tree>, Partial<theirs::Tree>>(None),
        differ::<Own<ours::Maybe>, Partial<theirs::Maybe>>(None),
        differ::<Own<Vec<ours::Level>>, Partial<Vec<theirs::Level>>>(None),
        differ::<Vec<Own<ours::Inner>>, Vec<Partial<theirs::Inner>>>(None),
    ]
    .concat()
}
