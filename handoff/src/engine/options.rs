//! What is said at run time of how an agent is called.

use super::replace::Replaced;
use crate::agent::{AgentSpec, Backoff};
use std::any::TypeId;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Options of an agent in the runs of one runtime, which override those of its attribute.
///
/// They are set with [`Builder::agent`](crate::Builder::agent). An option that is not set here stays as it is
/// declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::option_option)] // whether it is said, and whether it is bounded then
pub struct AgentOptions {
    timeout: Option<Option<Duration>>,
    idle_timeout: Option<Option<Duration>>,
    retries: Option<u32>,
    backoff: Option<Backoff>,
    concurrency: Option<usize>,
}

impl AgentOptions {
    /// Sets the longest that one attempt may take; `None` for no timeout.
    #[must_use]
    pub fn timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(time.into());
        self
    }

    /// Sets the longest that one attempt may go without a sign of life; `None` for no such timeout.
    ///
    /// A sign of life is a [`Context::heartbeat`](crate::Context::heartbeat).
    #[must_use]
    pub fn idle_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = Some(time.into());
        self
    }

    /// Sets the number of further attempts after a failed one.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Sets the pauses between attempts.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = Some(backoff);
        self
    }

    /// Sets the most attempts that may be under way at once, over all runs of the runtime; at least 1.
    #[must_use]
    pub fn concurrency(mut self, attempts: usize) -> Self {
        self.concurrency = Some(attempts);
        self
    }
}

/// What is said of the agents of a runtime.
pub(crate) struct Agents {
    options: HashMap<TypeId, AgentOptions>,
    /// What stands in the place of some.
    pub(super) replaced: Replaced,
    /// Of the agents that have a `concurrency`, as soon as they are called.
    lanes: Mutex<HashMap<TypeId, Arc<Semaphore>>>,
}

impl Agents {
    pub(super) fn new(options: HashMap<TypeId, AgentOptions>, replaced: Replaced) -> Self {
        Self { options, replaced, lanes: Mutex::default() }
    }

    /// What goes for the calls of this agent.
    pub(super) fn calls<A: AgentSpec>(&self) -> CallOptions<'_, A> {
        let options = if self.options.is_empty() { None } else { self.options.get(&TypeId::of::<A>()) };
        CallOptions { options, agent: PhantomData }
    }

    /// A permit for each attempt of this agent that may be under way.
    pub(super) fn lane<A: AgentSpec>(&self, concurrency: usize) -> Arc<Semaphore> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(TypeId::of::<A>()).or_insert_with(|| Arc::new(Semaphore::new(concurrency)));
        Arc::clone(lane)
    }
}

/// What goes for the calls of an agent: what the runtime says, or else what it declares.
pub(super) struct CallOptions<'a, A> {
    options: Option<&'a AgentOptions>,
    agent: PhantomData<fn() -> A>,
}

impl<'a, A: AgentSpec> CallOptions<'a, A> {
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.options.and_then(|options| options.timeout).unwrap_or(A::TIMEOUT)
    }

    pub(super) fn idle_timeout(&self) -> Option<Duration> {
        self.options.and_then(|options| options.idle_timeout).unwrap_or(A::IDLE_TIMEOUT)
    }

    pub(super) fn retries(&self) -> u32 {
        self.options.and_then(|options| options.retries).unwrap_or(A::RETRIES)
    }

    pub(super) fn backoff(&self) -> Option<&'a Backoff> {
        self.options.and_then(|options| options.backoff.as_ref()).or(A::CONFIG.backoff.as_ref())
    }

    pub(super) fn concurrency(&self) -> Option<usize> {
        let declared = || A::CONCURRENCY.map(|attempts| usize::try_from(attempts).unwrap_or(usize::MAX));
        let most = self.options.and_then(|options| options.concurrency).or_else(declared)?;
        Some(most.clamp(1, Semaphore::MAX_PERMITS))
    }
}
