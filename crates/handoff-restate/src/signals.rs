//! What a run asks outside, as Restate keeps it.
//!
//! The answer of a signal is a promise of the run's workflow. What it asks is state of the same name, until it is
//! answered.

use handoff::durable::Outcome;
use handoff::{AgentId, SignalId, SpanId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The handler of a pipeline that takes an answer.
pub(crate) const ANSWER: &str = "answer";
/// That which tells what waits.
pub(crate) const SIGNALS: &str = "signals";

/// How an answer is refused that is none.
pub(crate) const MISTAKEN: u16 = 400;
/// One of a signal that the run has not.
pub(crate) const UNKNOWN: u16 = 404;
/// One after another.
pub(crate) const ANSWERED: u16 = 409;
/// One of a signal that has waited for too long.
pub(crate) const ENDED: u16 = 410;

/// What the names of signals begin with.
const PREFIX: &str = "signal ";
/// What is kept of a signal that waits no more, and has no answer, in place of what it asked.
pub(crate) const WITHDRAWN: &str = "null";

/// What the server calls a signal.
pub(crate) fn name(span: SpanId) -> String {
    format!("{PREFIX}{span}")
}

/// Whether something is called like one.
pub(crate) fn is_name(key: &str) -> bool {
    key.starts_with(PREFIX)
}

/// What its promise is resolved by: what the signal comes to, and by whom, so that of two answers of the same words it can
/// be told which one was taken.
pub(crate) fn promised(giver: &str, outcome: &Outcome) -> Option<String> {
    outcome.to_json().map(|outcome| format!("{giver}\n{outcome}"))
}

/// What the signal comes to by that.
pub(crate) fn outcome(promised: &str) -> Option<Outcome> {
    promised.split_once('\n').and_then(|(_, outcome)| Outcome::from_json(outcome))
}

/// An answer, as it is sent.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given<'a> {
    pub(crate) signal: SignalId,
    /// Whose answer it is, where the sender knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<AgentId>,
    #[serde(borrow)]
    pub(crate) answer: &'a RawValue,
}
