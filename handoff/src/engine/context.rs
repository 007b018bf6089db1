//! What an agent can know of, and say to, the run that calls it.

mod calling;
mod for_tests;
mod outside;
mod saying;

pub use for_tests::TestContext;

use super::attempt::Attempt;
use super::before::{Before, Kept};
use super::halt::Dependents;
use super::idle::Heart;
use super::nesting::Outer;
use super::scope::Scope;
use super::task_guard::{TaskGuard, WeakTaskGuard, has_passed};
use super::tools::Orders;
use super::waits::Waits;
use crate::agent::AgentId;
use crate::contract::{ContractViolation, Violation};
use crate::envelope::{Envelope, Head, Warning, WarningKind};
use crate::error::ErrorKind;
use crate::task_path::TaskPath;
use crate::trace::{SpanId, TraceId};
use std::any::TypeId;
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// The context of one attempt of an agent: an optional parameter after the input.
///
/// It is cheap to clone. It may outlive the attempt, in a task that the agent detached; warnings and the like
/// that are reported then are lost.
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
    head: Head,
    /// Made of the head where the agent asks for it.
    envelope: OnceLock<Envelope<()>>,
    attempt: u32,
    before: Before,
    max_output_tokens: Option<u32>,
    span_id: SpanId,
    warnings: Mutex<Vec<Warning>>,
    /// The agent has said what a model has taken.
    spent: AtomicBool,
    /// Has no permits; closed when the attempt is stopped.
    stopped: Semaphore,
    /// The runs that end with it, once there is one.
    started: OnceLock<Arc<Dependents>>,
    /// The agent has returned, in time.
    returned: AtomicBool,
    /// When it has not, but for its waits.
    until: Option<Instant>,
    waits: Waits,
    /// Where it has to show signs of life.
    heart: Option<Heart>,
    /// Where it may call other agents.
    orders: Option<Orders>,
    /// What its agent is.
    kind: TypeId,
    scope: Scope,
    guard: WeakTaskGuard,
    /// What it is part of where there is no run.
    _of_no_run: Option<TaskGuard>,
}

impl Context {
    pub(super) fn of(attempt: &Attempt<'_>) -> Self {
        let inner = Inner {
            agent: attempt.agent,
            head: attempt.head.clone(),
            envelope: OnceLock::new(),
            attempt: attempt.begin.number,
            before: attempt.begin.before.clone(),
            max_output_tokens: attempt.max_output_tokens,
            span_id: attempt.begin.span_id,
            warnings: Mutex::new(Vec::new()),
            spent: AtomicBool::new(false),
            stopped: Semaphore::new(0),
            started: OnceLock::new(),
            returned: AtomicBool::new(false),
            until: attempt.until(),
            waits: Waits::default(),
            heart: attempt.idle().map(|(started, idle_timeout)| Heart::new(started, idle_timeout)),
            orders: attempt.orders(),
            kind: attempt.kind,
            scope: attempt.scope.clone(),
            guard: attempt.guard.downgrade(),
            _of_no_run: None,
        };
        Self { inner: Arc::new(inner) }
    }

    /// What the agent has noticed so far.
    pub(super) fn take_warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.inner.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The agent has returned, so nothing is cut short.
    pub(super) fn has_returned(&self) {
        self.inner.returned.store(true, Ordering::Relaxed);
    }

    /// The attempt is over: stopped, unless its agent has returned.
    pub(super) fn stop(&self) {
        if !self.inner.returned.load(Ordering::Relaxed) {
            self.inner.stopped.close();
            if let Some(started) = self.inner.started.get() {
                started.end();
            }
        }
    }

    /// What it has kept, if it has.
    pub(super) fn kept_so_far(&self) -> Option<&Arc<Kept>> {
        self.inner.before.kept.get()
    }

    pub(super) fn has_spent(&self) -> bool {
        self.inner.spent.load(Ordering::Relaxed)
    }

    pub(super) fn heart(&self) -> Option<&Heart> {
        self.inner.heart.as_ref()
    }

    pub(super) fn waits(&self) -> &Waits {
        &self.inner.waits
    }

    /// When the attempt has shown no sign of life for too long.
    pub(super) fn idle_until(&self) -> Option<Instant> {
        let heart = self.heart()?;
        if self.inner.waits.is_waiting() || heart.is_busy() {
            heart.beat();
        }
        heart.until()
    }

    /// When the attempt has timed out, as far as can be said now: it may have to wait.
    fn until(&self) -> Option<Instant> {
        self.inner.until?.checked_add(self.inner.waits.so_far())
    }

    /// Whether the attempt is under way, so that somebody hears what is said of it.
    fn is_heard(&self) -> bool {
        let Inner { stopped, returned, scope, .. } = &*self.inner;
        !(stopped.is_closed() || returned.load(Ordering::Relaxed) || scope.is_over())
    }

    /// The run.
    pub(super) fn scope(&self) -> &Scope {
        &self.inner.scope
    }

    /// The attempt, for a run that is part of it.
    pub(super) fn outer(&self) -> Outer {
        let Inner { started, stopped, guard, scope, span_id, kind, .. } = &*self.inner;
        let started = started.get_or_init(Arc::default);
        if stopped.is_closed() {
            started.end();
        }
        Outer::new(guard.clone(), scope, (*span_id, *kind), Arc::clone(started))
    }

    /// Returns the trace id of the run, which is the same in all its agents.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.head.trace_id
    }

    /// Returns the envelope of the agent's input, without the payload, which is the first parameter.
    ///
    /// It tells who sent the input, with which confidence and warnings, and how many tokens it has.
    #[must_use]
    pub fn envelope(&self) -> &Envelope<()> {
        let Inner { head, envelope, scope, .. } = &*self.inner;
        envelope.get_or_init(|| scope.envelope((), head.clone()))
    }

    /// Returns the number of this attempt, from 1. It exceeds 1 only if the agent has `retries`.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.inner.attempt
    }

    /// Returns the violations of the last output, in an earlier attempt, that broke its contract.
    ///
    /// They are what to tell a model that is asked again. The slice is empty at the first attempt, and if all
    /// earlier ones failed for other reasons. [`contract_violation`](Self::contract_violation) returns the
    /// whole error, which has words for a model.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        self.contract_violation().map_or(&[], ContractViolation::violations)
    }

    /// Returns the error of the last output, in an earlier attempt, that broke its contract.
    ///
    /// Its words [for a model](ContractViolation::for_model) go at the end of the prompt:
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[contract] pub struct Plan { #[check(len(1..))] pub steps: Vec<String> }
    /// # async fn ask_a_model(prompt: &str) -> std::io::Result<String> {
    /// #     Ok(if prompt.contains("1. /steps: ") { r#"{"steps":["a"]}"# } else { r#"{"steps":[]}"# }.into())
    /// # }
    /// #[agent(output = Plan, role = planner, retries = 2)]
    /// async fn plan(goal: String, cx: Context) -> std::io::Result<Reply> {
    ///     let mut prompt = format!("Plan this: {goal}");
    ///     if let Some(broken) = cx.contract_violation() {
    ///         prompt = format!("{prompt}\n\n{}", broken.for_model());
    ///     }
    ///     Ok(Reply::new(ask_a_model(&prompt).await?))
    /// }
    /// # pipeline! { pub ask(String) -> Plan { plan } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// #     let run = Runtime::builder().build().run(ask, "cross the river".to_owned());
    /// #     assert_eq!(run.await.unwrap().payload.steps, ["a"]);
    /// # }
    /// ```
    #[must_use]
    pub fn contract_violation(&self) -> Option<&ContractViolation> {
        self.inner.before.broken()
    }

    /// Returns the error of the attempt before this one; `None` in the first.
    ///
    /// If an output broke its contract and the attempt after it failed for another reason,
    /// [`contract_violation`](Self::contract_violation) still returns its violations.
    #[must_use]
    pub fn last_error(&self) -> Option<&ErrorKind> {
        self.inner.before.failed()
    }

    /// Returns the agent's id, as envelopes and errors show it.
    #[must_use]
    pub fn agent(&self) -> &'static AgentId {
        self.inner.agent
    }

    /// Returns the task of the innermost fan-out that the agent runs in: its index.
    #[must_use]
    pub fn task(&self) -> Option<usize> {
        self.inner.scope.task()
    }

    /// Returns the path of the task that the agent runs in, from the outermost fan-out inwards.
    #[must_use]
    pub fn task_path(&self) -> Option<&TaskPath> {
        self.inner.scope.task_path()
    }

    /// Returns the agent's `max_output_tokens`: the cap to give to a model.
    #[must_use]
    pub fn max_output_tokens(&self) -> Option<u32> {
        self.inner.max_output_tokens
    }

    /// Returns the time that this attempt has left, by its agent's timeout and its run's deadline, if either
    /// is set.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        let own = self.until().map(|until| until.saturating_duration_since(Instant::now()));
        own.into_iter().chain(self.inner.scope.time_left()).min()
    }

    /// Shows that the agent is at work, which restarts its [`idle_timeout`](macro@crate::agent).
    ///
    /// An attempt fails when it has shown no sign of life for the idle timeout. A heartbeat takes some
    /// nanoseconds, and does nothing if there is no such timeout.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # struct Model;
    /// # impl Model { async fn next(&mut self) -> Option<String> { None } }
    /// # fn stream(_: &str) -> Model { Model }
    /// #[agent(idle_timeout = "20s")]
    /// async fn write(title: String, cx: Context) -> String {
    ///     let (mut text, mut model) = (String::new(), stream(&title));
    ///     while let Some(piece) = model.next().await {
    ///         cx.heartbeat();
    ///         text.push_str(&piece);
    ///     }
    ///     text
    /// }
    /// ```
    pub fn heartbeat(&self) {
        if let Some(heart) = self.heart() {
            heart.beat();
        }
    }

    /// Adds a warning to the envelope of this agent's output, which carries it to the end of the run.
    ///
    /// It is kept even if the attempt fails.
    pub fn warn(&self, message: impl Into<String>) {
        self.note(WarningKind::Noted, message.into());
    }

    /// Adds a warning of a kind that a program can recognise. See [`warn`](Self::warn).
    pub fn note(&self, kind: WarningKind, message: impl Into<Arc<str>>) {
        let warning = Warning::of_kind(kind, self.inner.scope.tell(self.inner.agent), message);
        if self.is_heard() {
            self.inner.scope.observe_warning(&warning);
        }
        self.inner.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// Waits until this attempt has been stopped, or its run is over.
    ///
    /// An attempt is stopped when it times out or panics, or when its barrier closes. A run is over when it
    /// has ended, or was dropped or cancelled.
    ///
    /// The attempt itself is stopped by dropping its future, so this is for what an agent started beside it:
    /// a detached task, a thread, a child process. After the agent has returned, it waits for the end of the
    /// run.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        let mut stopped = pin!(self.inner.stopped.acquire());
        let mut over = pin!(self.inner.scope.over());
        poll_fn(|cx| {
            // Neither ever gives a permit: ready means closed.
            if stopped.as_mut().poll(cx).is_ready() || over.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
    }

    /// Returns `true` if this attempt has been stopped, or its time, its barrier's or its run's is over.
    ///
    /// It is for code that cannot await [`cancelled`](Self::cancelled), such as a loop in a
    /// [`blocking`](macro@crate::agent) agent, which cannot be stopped from outside. It also compares the
    /// clock with the deadlines, and may thus return `true` a moment before `cancelled` resolves.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// #[agent(blocking, timeout = "5s")]
    /// fn count_primes(below: u64, cx: Context) -> Result<usize, &'static str> {
    ///     let mut primes = 0;
    ///     for number in 2..below {
    ///         if cx.is_cancelled() {
    ///             return Err("nobody waits for it any more");
    ///         }
    ///         primes += usize::from((2..number).all(|divisor| number % divisor != 0));
    ///     }
    ///     Ok(primes)
    /// }
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let Inner { stopped, returned, scope, guard, .. } = &*self.inner;
        if stopped.is_closed() || scope.is_over() {
            return true;
        }
        !returned.load(Ordering::Relaxed)
            && (has_passed(self.until())
                || has_passed(self.idle_until())
                || guard.upgrade().is_some_and(|guard| guard.is_over()))
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
