//! What engines need whose agents are in other processes: how an answer to a signal is checked and what it comes to, how
//! long runs may take, and how large what is sent can be.

use super::{JournalError, Outcome, SignalAsked, Spent};
use crate::agent::AgentSpec;
use crate::engine::Runtime;
use crate::engine::scope::Scope;
use crate::error::{ErrorKind, PipelineError};
use std::sync::Arc;
use std::time::Duration;

/// What a signal of a run of `P` comes to by this answer, which is JSON. It is held to all that [`Runtime::answer`] holds
/// one to, by the settings of this runtime.
///
/// # Errors
///
/// Why the answer is refused.
#[doc(hidden)]
#[inline]
pub fn answered<P: AgentSpec, S>(
    runtime: &Runtime<S>,
    asked: &SignalAsked,
    answer: &str,
) -> Result<Outcome, PipelineError> {
    let trace_id = asked.id.trace_id();
    let output = if let Some(check) = P::CONFIG.check_of(&asked.agent) {
        check(&Scope::of_no_run(Arc::clone(&runtime.common)), asked.to, answer)
    } else {
        // It has another agent now than when it asked.
        let message = format!("pipeline `{}` has no signal `{}`", P::ID.name, asked.agent);
        Err(ErrorKind::from(JournalError::elsewhere(message)))
    };
    match output {
        Ok(output) => Ok(Outcome::Done { output, spent: Spent::default() }),
        Err(kind) => Err(PipelineError::new(kind, asked.agent.clone(), trace_id)),
    }
}

/// The longest that a run of this runtime may take.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn deadline_of<S>(runtime: &Runtime<S>) -> Option<Duration> {
    runtime.common.settings.limits.deadline
}

/// The most bytes of JSON that a payload may have on this runtime.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn payload_bytes_of<S>(runtime: &Runtime<S>) -> usize {
    runtime.common.settings.meter.byte_cap()
}
