//! The reviewers. What they are told is in their documentation, or in a file.

use handoff::prelude::*;
use handoff_models::Prompt;

use crate::diff::Hunk;

/// What one reviewer says about one hunk.
#[contract]
pub(crate) struct Findings {
    /// The worst first; nothing where there is nothing to say.
    #[check(len(..=5))]
    pub findings: Vec<Finding>,
}

/// Something that should be changed.
#[contract]
#[derive(PartialEq, Eq)]
pub(crate) struct Finding {
    /// The number of the line that it is about, as it stands before the line.
    #[check(range(1..))]
    pub line: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, and what to write, in a sentence or two.
    #[check(len(10..=400))]
    pub text: String,
}

/// How bad a finding is.
#[contract]
#[derive(Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// It must not be merged like this.
    Blocker,
    /// It should be changed.
    Problem,
    /// It could be better.
    Nit,
}

/// Review this hunk of a diff for security and nothing else: input that is trusted, secrets that are shown, resources that
/// anyone can exhaust, checks that can be got around. Report only what the changed lines bring in, and nothing where you are
/// not sure.
#[agent(role = critic, input_budget = 12_000, max_output_tokens = 1_500, timeout = "90s", retries = 2)]
pub(crate) async fn security(hunk: Hunk) -> Prompt<Findings>;

/// Review this hunk of a diff for correctness and nothing else: cases that are not thought of, errors that are lost, races,
/// arithmetic that overflows. Report only what the changed lines bring in, and nothing where you are not sure.
#[agent(role = critic, input_budget = 12_000, max_output_tokens = 1_500, timeout = "90s", retries = 2)]
pub(crate) async fn correctness(hunk: Hunk) -> Prompt<Findings>;

/// Reviews the style, by the rules of the house.
#[agent(role = critic, input_budget = 12_000, max_output_tokens = 1_500, timeout = "90s", retries = 2)]
pub(crate) async fn style(hunk: Hunk) -> Prompt<Findings> {
    Prompt::new(include_str!("style.md").trim_end()).input(&hunk).temperature(0.0)
}
