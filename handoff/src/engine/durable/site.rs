//! Where agents are called.

use super::Work;
use crate::agent::{AgentSpec, Target, Usage};
use crate::engine::before::Before;
use crate::engine::scope::Scope;
use crate::envelope::Handed;
use crate::trace::SpanId;
use std::fmt;
use std::sync::Arc;
use tokio::time::Instant;

/// The place where agents run: in this process, or in others.
///
/// It is a part of the engine's type, and the journal is not: a pipeline is compiled once for all journals
/// whose agents are at the same site.
pub trait Site: Send + Sync + 'static {
    /// Whether agents run in other processes, so that calls have to be [text](super::Call::to_json).
    const ELSEWHERE: bool;
}

/// A site where the agent `A` can be called.
#[diagnostic::on_unimplemented(message = "agent `{A}` cannot be called at `{Self}`")]
pub trait Hands<A: AgentSpec>: Site {
    /// Returns the future of one attempt. `None` if the journal has to make the call in another way.
    fn work(&self, job: Job<A>) -> Option<Work>;
}

/// One attempt, for a site that makes it in this process.
pub struct Job<A: AgentSpec> {
    pub(super) input: Arc<Handed<A::Input>>,
    pub(super) to: Target,
    pub(super) attempt: Attempt,
    /// The run, in the task that it is in.
    pub(super) run: Scope,
}

/// Which attempt it is.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) number: u32,
    pub(super) before: Before,
    pub(super) span: SpanId,
    /// What it is in.
    pub(super) parent: SpanId,
    /// What the run has taken before.
    pub(super) usage: Usage,
    pub(super) calls: u64,
    /// When the run's deadline passes.
    pub(super) until: Option<Instant>,
}

impl<A: AgentSpec> fmt::Debug for Job<A> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("agent", A::ID)
            .field("number", &self.attempt.number)
            .finish_non_exhaustive()
    }
}

/// The site of agents in other processes, which the journal calls by their [address](super::Call::address).
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere;

impl Site for Elsewhere {
    const ELSEWHERE: bool = true;
}

impl<A: AgentSpec> Hands<A> for Elsewhere {
    #[inline]
    fn work(&self, _: Job<A>) -> Option<Work> {
        None
    }
}
