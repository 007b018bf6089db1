//! What a barrier hands on, which is generic and no `#[contract]`. The twins have the fields of `handoff`'s, and
//! as comments what is said of them to a model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shared::{ours, theirs};
use super::{described_differently, differences as differences_of};

/// The results of a fan-out whose barrier tolerates failures, and the failures.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Partial<T> {
    results: Vec<T>,
    failures: Vec<TaskFailure>,
    /// The width of the fan-out.
    total: usize,
}

/// A task of a fan-out that failed.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskFailure {
    /// The task's index in the fan-out, from 0.
    task: usize,
    /// The task's name, where the fan-out has a `label`: on one line of at most 80 characters.
    label: Option<String>,
    /// The agent that is at fault.
    agent: String,
    /// The kind of the failure.
    kind: String,
    /// What went wrong, on one line of at most 500 characters.
    message: String,
}

/// What differs, of both.
pub(super) fn differences() -> Vec<String> {
    vec![
        described_differently::<handoff::TaskFailure, TaskFailure>("TaskFailure"),
        differences_of::<handoff::Partial<u8>, Partial<u8>>("Partial<u8>"),
        differences_of::<handoff::Partial<Option<String>>, Partial<Option<String>>>(
            "Partial<Option<String>>",
        ),
        differences_of::<handoff::Partial<ours::Inner>, Partial<theirs::Inner>>("Partial<Inner>"),
        differences_of::<handoff::Partial<ours::Tree>, Partial<theirs::Tree>>("Partial<Tree>"),
        differences_of::<handoff::Partial<ours::Maybe>, Partial<theirs::Maybe>>("Partial<Maybe>"),
        differences_of::<handoff::Partial<Vec<ours::Level>>, Partial<Vec<theirs::Level>>>(
            "Partial<Vec<Level>>",
        ),
        differences_of::<Vec<handoff::Partial<ours::Inner>>, Vec<Partial<theirs::Inner>>>(
            "Vec<Partial<Inner>>",
        ),
    ]
}
