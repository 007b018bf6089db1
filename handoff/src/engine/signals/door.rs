//! What an answer is held to before it is taken: what the door asks of the agent's output.

use crate::agent::{AgentSpec, Target};
use crate::contract::{self, Confidence, Contract as _};
use crate::engine::Scope;
use crate::envelope::{Brief, Head, Warnings};
use crate::error::{ErrorKind, Limit};
use crate::panics::guarded;
use std::any::{Any, TypeId};

/// An answer: the output of an agent that is a signal.
pub(super) type Answer = Box<dyn Any + Send>;

/// The door that the answer of a signal will go through.
pub(super) struct Door {
    scope: Scope,
    target: Target,
    agent: TypeId,
    read: fn(&Scope, Target, &str) -> Result<Answer, ErrorKind>,
}

impl Door {
    #[inline]
    pub(super) fn of<A: AgentSpec>(scope: &Scope, target: Target) -> Self {
        Self { scope: scope.clone(), target, agent: TypeId::of::<A>(), read: read::<A> }
    }

    /// Whether it is one of this agent.
    #[inline]
    pub(super) fn is_of<A: AgentSpec>(&self) -> bool {
        self.agent == TypeId::of::<A>()
    }

    /// An answer, if it may pass.
    #[inline]
    pub(super) fn admit<A: AgentSpec>(&self, output: A::Output) -> Result<Answer, ErrorKind> {
        self.scope.would_pass(A::ID, self.target, A::MAX_OUTPUT_TOKENS, &output)?;
        Ok(Box::new(output))
    }

    /// The same of its JSON.
    #[inline]
    pub(super) fn read(&self, json: &str) -> Result<Answer, ErrorKind> {
        (self.read)(&self.scope, self.target, json)
    }
}

#[inline]
fn read<A: AgentSpec>(scope: &Scope, target: Target, json: &str) -> Result<Answer, ErrorKind> {
    Ok(Box::new(checked::<A>(scope, target, json)?.0))
}

/// What the answers of a signal are checked by, without its type.
#[doc(hidden)]
pub type CheckAnswer = fn(&Scope, Target, &str) -> Result<String, ErrorKind>;

/// Whether this is an answer of the agent, and may pass: what a call then comes to.
///
/// # Errors
///
/// Why not.
#[doc(hidden)]
#[inline]
pub fn check_answer<A: AgentSpec>(scope: &Scope, target: Target, json: &str) -> Result<String, ErrorKind> {
    let (output, tokens) = checked::<A>(scope, target, json)?;
    let (source, target, contract) = (A::ID, target.id, A::Output::emitted());
    let (confidence, warnings, trace_id) = (Confidence::FULL, Warnings::default(), scope.trace_id());
    let head = Head { source, target, trace_id, confidence, warnings, tokens, contract };
    let json = guarded(|| contract::text(&output)).map_err(|message| ErrorKind::Panicked { message })?;
    let (name, schema) = (Some(A::Output::name()), A::Output::fingerprint());
    let text = json.ok().and_then(|json| Brief::text(&head, &json, name, schema));
    text.ok_or_else(|| ErrorKind::Panicked { message: "its output is not the same twice".to_owned() })
}

/// An answer, and how many tokens it has.
#[inline]
fn checked<A: AgentSpec>(scope: &Scope, target: Target, json: &str) -> Result<(A::Output, u32), ErrorKind> {
    // Before it is read: to find all that is wrong with a hundred megabytes takes minutes.
    let allowed = scope.settings().meter.byte_cap();
    if json.len() > allowed {
        let (allowed, found) = (allowed as u64, json.len() as u64);
        return Err(ErrorKind::LimitExceeded { limit: Limit::PayloadBytes, allowed, found });
    }
    let output = guarded(|| A::Output::parse(json)).map_err(|message| ErrorKind::Panicked { message })?;
    let output = output.map_err(ErrorKind::Contract)?;
    let tokens = scope.would_pass(A::ID, target, A::MAX_OUTPUT_TOKENS, &output)?;
    Ok((output, tokens))
}
