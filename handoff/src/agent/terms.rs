//! What the attribute of an agent says of it.

use super::{AgentId, Role};
use crate::engine::Backoff;
use std::time::Duration;

/// The arguments of `#[agent(…)]` in one constant, from which those of [`AgentSpec`](super::AgentSpec) are taken.
#[derive(Debug)]
pub struct Terms {
    pub(super) id: AgentId,
    pub(super) input_budget: Option<u32>,
    pub(super) max_output_tokens: Option<u32>,
    pub(super) timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) retries: u32,
    pub(crate) backoff: Option<Backoff>,
    pub(super) concurrency: Option<u32>,
    pub(super) blocking: bool,
}

impl Terms {
    /// An agent of this name and role, of which nothing is bounded.
    #[must_use]
    pub const fn new(name: &'static str, role: Role) -> Self {
        Self {
            id: AgentId::new(name, role),
            input_budget: None,
            max_output_tokens: None,
            timeout: None,
            idle_timeout: None,
            retries: 0,
            backoff: None,
            concurrency: None,
            blocking: false,
        }
    }

    /// A pipeline of this name: what else there is to say comes from its agents.
    #[must_use]
    pub const fn pipeline(name: &'static str) -> Self {
        Self::new(name, Role::PIPELINE)
    }

    /// Those of a part that is nobody's agent, and is called by the name of another.
    pub const NONE: &'static Self = &Self::new("", Role::PIPELINE);

    /// `input_budget = …`
    #[must_use]
    pub const fn input_budget(mut self, tokens: u32) -> Self {
        self.input_budget = Some(tokens);
        self
    }

    /// `max_output_tokens = …`
    #[must_use]
    pub const fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// `timeout = …`
    #[must_use]
    pub const fn timeout(mut self, seconds: u64, nanoseconds: u32) -> Self {
        self.timeout = Some(Duration::new(seconds, nanoseconds));
        self
    }

    /// `retries = …`
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// `idle_timeout = …`
    #[must_use]
    pub const fn idle_timeout(mut self, seconds: u64, nanoseconds: u32) -> Self {
        self.idle_timeout = Some(Duration::new(seconds, nanoseconds));
        self
    }

    /// `backoff = …`
    #[must_use]
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Some(Backoff::new(first, longest));
        self
    }

    /// `concurrency = …`
    #[must_use]
    pub const fn concurrency(mut self, attempts: u32) -> Self {
        self.concurrency = Some(attempts);
        self
    }

    /// `blocking`
    #[must_use]
    pub const fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }
}
