//! What an agent can know of, and say to, the run that calls it.

use super::id::AgentId;
use crate::contract::{ContractViolation, Violation};
use crate::engine::Scope;
use crate::envelope::{Envelope, TraceId, Warning};
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use tokio::sync::Semaphore;

/// The surroundings of one attempt of one agent: an optional parameter after the input.
///
/// Cheap to clone. It may outlive the attempt, in a task that the agent detached; what is said to
/// it then is heard by nobody.
///
/// ```
/// use handoff::prelude::*;
///
/// # #[contract] pub struct Draft { pub text: String }
/// #[agent(role = critic, retries = 2)]
/// async fn review(draft: Draft, cx: Context) -> Draft {
///     if cx.attempt() > 1 {
///         cx.warn(format!("asked again: {} violations", cx.violations().len()));
///     }
///     draft
/// }
/// ```
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

struct Inner {
    agent: &'static AgentId,
    envelope: Envelope<()>,
    attempt: u32,
    broken: Option<ContractViolation>,
    warnings: Mutex<Vec<Warning>>,
    /// Has no permits; closed when the attempt is stopped.
    stopped: Semaphore,
    scope: Scope,
}

/// One attempt of an agent, as the engine sees it. A [`Context`] is made of it only for an agent
/// that takes one.
#[derive(Debug)]
pub struct Attempt<'a> {
    pub(crate) agent: &'static AgentId,
    pub(crate) envelope: &'a Envelope<()>,
    pub(crate) number: u32,
    /// What was wrong with the output of the last attempt.
    pub(crate) broken: Option<ContractViolation>,
    pub(crate) scope: &'a Scope,
    context: OnceLock<Context>,
    returned: AtomicBool,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(
        agent: &'static AgentId,
        envelope: &'a Envelope<()>,
        number: u32,
        broken: Option<ContractViolation>,
        scope: &'a Scope,
    ) -> Self {
        Self {
            agent,
            envelope,
            number,
            broken,
            scope,
            context: OnceLock::new(),
            returned: AtomicBool::new(false),
        }
    }

    /// The context of the attempt, for the agent.
    #[doc(hidden)]
    pub fn context(&self) -> Context {
        let make = || Context {
            inner: Arc::new(Inner {
                agent: self.agent,
                envelope: self.envelope.clone(),
                attempt: self.number,
                broken: self.broken.clone(),
                warnings: Mutex::new(Vec::new()),
                stopped: Semaphore::new(0),
                scope: self.scope.clone(),
            }),
        };
        self.context.get_or_init(make).clone()
    }

    /// What the agent has noticed so far.
    pub(crate) fn take_warnings(&self) -> Vec<Warning> {
        let Some(Context { inner }) = self.context.get() else {
            return Vec::new();
        };
        std::mem::take(&mut inner.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The agent has returned, so nothing was cut short.
    pub(crate) fn has_returned(&self) {
        self.returned.store(true, Ordering::Relaxed);
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let Some(Context { inner }) = self.context.get()
            && !*self.returned.get_mut()
        {
            inner.stopped.close();
        }
    }
}

impl Context {
    /// The id of the run, the same in every agent of it.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.envelope.trace_id
    }

    /// What came in, but for the payload, which is the agent's first parameter: who sent it, with
    /// which confidence and warnings, how many tokens it measures.
    #[must_use]
    pub fn envelope(&self) -> &Envelope<()> {
        &self.inner.envelope
    }

    /// Which attempt this is, from 1. More than 1 only where the agent has `retries`.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.inner.attempt
    }

    /// What was wrong with the output of the last attempt, if its contract was broken: what to
    /// tell a model that is asked again. Empty at the first attempt, and after other failures.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        self.inner.broken.as_ref().map_or(&[], ContractViolation::violations)
    }

    /// Puts a warning into the envelope of this agent's output, from where it is carried on to the
    /// end of the run. Kept too when the attempt fails.
    pub fn warn(&self, message: impl Into<String>) {
        let warning = Warning::new(self.inner.agent.clone(), message.into());
        self.inner.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// Resolves when this attempt has been stopped (it timed out, panicked, its barrier closed), or
    /// the run has ended or been dropped; never before.
    ///
    /// An attempt itself is stopped by dropping its future, so this is for what an agent started
    /// beside it: a detached task, a thread, a child process. Where the agent has returned, it
    /// resolves at the end of the run.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        let mut stopped = pin!(self.inner.stopped.acquire());
        let mut ended = pin!(self.inner.scope.ended());
        poll_fn(|cx| {
            // Neither ever gives a permit: ready means closed.
            if stopped.as_mut().poll(cx).is_ready() || ended.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("agent", &self.inner.agent)
            .field("trace_id", &self.trace_id())
            .field("attempt", &self.inner.attempt)
            .finish_non_exhaustive()
    }
}
