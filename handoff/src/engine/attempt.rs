//! One attempt of an agent: how its function is called, and what comes of what it returns.

use super::asks::Asks;
use super::before::Before;
use super::blocking::blocking;
use super::context::Context;
use super::nesting::{self, Here};
use super::scope::Scope;
use super::task_guard::TaskGuard;
use super::tools::{Desk, Orders, Toolbox};
use crate::agent::{AgentId, AgentSpec, Failure, Received, Reply, Target};
use crate::contract::{Contract, LeftOut, Lenient};
use crate::envelope::{Head, Warning, WarningKind};
use crate::trace::SpanId;
use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

/// An agent that can run if the application's state is `S`.
///
/// `#[agent]` implements it for every `S` that provides the agent's resources.
#[diagnostic::on_unimplemented(
    message = "agent `{Self}` cannot run where the runtime's state is `{S}`",
    note = "every resource that an agent takes as `State<T>` has to come from the runtime's state"
)]
pub trait Agent<S>: AgentSpec {
    /// Calls the user's function once.
    #[doc(hidden)]
    fn run<'a>(input: Self::Input, attempt: &'a Attempt<'_>, state: &'a S) -> Running<'a, Self::Output>;
}

/// An attempt of an agent, as the engine waits for it.
#[doc(hidden)]
pub type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// What an agent's function returned, and its error as what can be carried on.
type Settled<A> = Result<Received<<A as AgentSpec>::Output>, Failure>;

/// An attempt that calls the agent's function when it is first polled, and makes of what it returns what it comes to.
///
/// It is here and not in the user's crate, where each agent would be one more `async` block to compile.
#[doc(hidden)]
pub fn attempt<'a, A, Called>(
    attempt: &'a Attempt<'_>,
    call: impl FnOnce() -> Called + Send + 'a,
    receive: fn(Called::Output) -> Settled<A>,
) -> Running<'a, A::Output>
where
    A: AgentSpec,
    Called: Future + Send + 'a,
{
    Box::pin(async move { receive(call().await)?.settle(attempt) })
}

/// The same of an agent that blocks: `prepare` takes what the function is called with when the attempt is first
/// polled, and what comes of it runs on another thread. There its error becomes one that can leave the thread, so
/// what the function returns need not be `Send`.
#[doc(hidden)]
pub fn attempt_blocking<'a, A, Call>(
    attempt: &'a Attempt<'_>,
    prepare: impl FnOnce() -> Call + Send + 'a,
) -> Running<'a, A::Output>
where
    A: AgentSpec,
    Call: FnOnce() -> Settled<A> + Send + 'static,
{
    Box::pin(async move { attempt.blocking(prepare()).await??.settle(attempt) })
}

/// The same of an agent that returns what is to be asked, in place of its output.
#[doc(hidden)]
pub fn attempt_asking<'a, A, Called, Asked>(
    attempt: &'a Attempt<'_>,
    call: impl FnOnce() -> Called + Send + 'a,
    receive: fn(Called::Output) -> Result<Asked, Failure>,
    of: impl FnOnce() -> Asked::Of + Send + 'a,
) -> Running<'a, A::Output>
where
    A: AgentSpec,
    Called: Future + Send + 'a,
    Asked: Asks<Output = A::Output>,
{
    Box::pin(async move { ask(receive(call().await)?, of, attempt).await })
}

/// The same of an agent that blocks.
#[doc(hidden)]
pub fn attempt_blocking_asking<'a, A, Call, Asked>(
    attempt: &'a Attempt<'_>,
    prepare: impl FnOnce() -> Call + Send + 'a,
    of: impl FnOnce() -> Asked::Of + Send + 'a,
) -> Running<'a, A::Output>
where
    A: AgentSpec,
    Call: FnOnce() -> Result<Asked, Failure> + Send + 'static,
    Asked: Asks<Output = A::Output>,
{
    Box::pin(async move { ask(attempt.blocking(prepare()).await??, of, attempt).await })
}

/// Takes who is asked when there is something to ask.
async fn ask<Asked>(
    asked: Asked,
    of: impl FnOnce() -> Asked::Of,
    attempt: &Attempt<'_>,
) -> Result<Asked::Output, Failure>
where
    Asked: Asks<Output: Contract>,
{
    asked.ask(of(), attempt.context()).await.map_err(|error| Failure::of(error.into()))
}

/// One attempt of an agent, as the engine sees it.
///
/// A [`Context`] is made of it only for an agent that takes one.
#[derive(Debug)]
pub struct Attempt<'a> {
    pub(super) agent: &'static AgentId,
    pub(super) head: &'a Head,
    pub(super) begin: &'a Begin<'a>,
    pub(super) max_output_tokens: Option<u32>,
    pub(super) scope: &'a Scope,
    pub(super) guard: &'a TaskGuard,
    /// What its agent is, to tell it from others of its name.
    pub(super) kind: TypeId,
    /// When it began, and how long it may take, if that is bounded.
    pub(super) limit: Option<(Instant, Duration)>,
    /// Boxed: hardly any agent has them.
    pub(super) extras: Option<Box<Extras<'a>>>,
    /// Made for an agent that asks for it.
    pub(super) context: OnceLock<Context>,
    /// The agent has returned, in time.
    pub(super) returned: AtomicBool,
}

/// What an attempt begins with.
#[derive(Debug)]
pub(super) struct Begin<'a> {
    pub(super) number: u32,
    /// What the attempts before it have come to.
    pub(super) before: &'a Before,
    pub(super) span_id: SpanId,
    pub(super) timeout: Option<Duration>,
    /// Who gets what comes of it.
    pub(super) target: Target,
    /// Taken when it begins.
    pub(super) extras: Option<Box<Extras<'a>>>,
}

/// What few attempts have.
#[derive(Debug)]
pub(super) struct Extras<'a> {
    /// When the attempt began, and how long it may show no sign of life, if that is bounded.
    idle: Option<(Instant, Duration)>,
    /// Its place among those of its agent that may be under way at once.
    turn: Mutex<Option<OwnedSemaphorePermit>>,
    /// Where it may call other agents.
    tools: Option<Desk<'a>>,
}

impl<'a> Extras<'a> {
    /// Those of an attempt of the agent `A` that begins now; `None` where it has none.
    #[inline]
    pub(super) fn of<A: AgentSpec>(
        idle_timeout: Option<Duration>,
        turn: Option<OwnedSemaphorePermit>,
        tools: Option<&'a dyn Toolbox>,
    ) -> Option<Box<Self>> {
        if idle_timeout.is_none() && turn.is_none() && tools.is_none() {
            return None;
        }
        let idle = idle_timeout.map(|idle| (Instant::now(), idle));
        Some(Box::new(Self { idle, turn: Mutex::new(turn), tools: tools.map(Desk::of::<A>) }))
    }

    fn take_turn(&self) -> Option<OwnedSemaphorePermit> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Attempt<'_> {
    /// When it began, and how long it may show no sign of life, if that is bounded.
    pub(super) fn idle(&self) -> Option<(Instant, Duration)> {
        self.extras.as_ref()?.idle
    }

    /// When it has timed out.
    pub(super) fn until(&self) -> Option<Instant> {
        let (started, limit) = self.limit?;
        started.checked_add(limit)
    }

    /// The context of the attempt, for the agent.
    #[doc(hidden)]
    pub fn context(&self) -> Context {
        self.context.get_or_init(|| Context::of(self)).clone()
    }

    /// Calls a function that blocks where that holds nobody up. Its panics are the attempt's.
    ///
    /// # Errors
    ///
    /// [`Failure::ShutDown`].
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives the function up: one that has begun goes on by itself. One that still waits for a
    /// thread does not begin, and neither where the attempt has ended otherwise.
    #[doc(hidden)]
    pub async fn blocking<T, F>(&self, f: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let started = Arc::default();
        let here = Here::on_a_thread(
            self.guard.clone(),
            self.scope.task_path().cloned(),
            (self.begin.span_id, self.kind),
            &started,
        );
        // Until the function has returned, whether or not anybody waits for it.
        let turn = self.extras.as_deref().and_then(Extras::take_turn);
        let f = move || {
            let _turn = turn;
            f()
        };
        let until = self.until().into_iter().chain(self.context.get().and_then(Context::idle_until)).min();
        blocking(here, started, until, f).await
    }

    /// Counts what a reply has taken.
    ///
    /// # Errors
    ///
    /// [`Failure::Halted`]: it was too much for the run.
    fn spend(&self, Reply { usage, model, finish, .. }: &Reply) -> Result<(), Failure> {
        self.scope.model_has_answered(self.begin.span_id, *usage, model.as_deref(), Some(finish));
        match *usage {
            Some(usage) => self.scope.spend(self.agent, usage).map_err(Failure::Halted),
            None if self.context.get().is_some_and(Context::has_spent) => Ok(()),
            None if self.scope.settings().limits.model_tokens.is_some() => {
                self.context().warn("its reply does not say its usage, so the runtime's limit of model tokens does not count it");
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Where it may call other agents.
    pub(super) fn desk(&self) -> Option<&Desk<'_>> {
        self.extras.as_ref()?.tools.as_ref()
    }

    /// The same, for its context.
    pub(super) fn orders(&self) -> Option<Orders> {
        self.desk().map(Desk::orders)
    }

    /// What the agent has noticed so far.
    pub(super) fn take_warnings(&self) -> Vec<Warning> {
        self.context.get().map(Context::take_warnings).unwrap_or_default()
    }

    /// What the agent has kept is there for the attempts after this one.
    pub(super) fn leave_kept(&self) {
        if let Some(kept) = self.context.get().and_then(Context::kept_so_far) {
            self.begin.before.kept.get_or_init(|| Arc::clone(kept));
        }
    }

    /// Ends what it has started.
    fn stop(&self) {
        nesting::end();
        if let Some(context) = self.context.get() {
            context.stop();
        }
    }

    /// The agent has returned, so nothing was cut short.
    #[inline]
    pub(super) fn has_returned(&self) {
        self.returned.store(true, Ordering::Relaxed);
        nesting::has_returned();
        if let Some(context) = self.context.get() {
            context.has_returned();
        }
    }
}

impl Drop for Attempt<'_> {
    #[inline]
    fn drop(&mut self) {
        if !*self.returned.get_mut() {
            self.stop();
        }
    }
}

impl<Out: Contract> Received<Out> {
    /// What it comes to.
    ///
    /// # Errors
    ///
    /// [`Failure`]: it is a reply that is none of `Out`, or costs too much.
    fn settle(self, attempt: &Attempt<'_>) -> Result<Out, Failure> {
        match self {
            Self::Output(output) => Ok(output),
            Self::Reply(reply) => parse(reply, attempt),
        }
    }
}

fn parse<Out: Contract>(reply: Reply, attempt: &Attempt<'_>) -> Result<Out, Failure> {
    // It has been paid for, whatever it is worth.
    attempt.spend(&reply)?;
    if reply.finish.is_cut_off() {
        return Err(Failure::Truncated(reply.finish));
    }
    // Before it is read: to find all that is wrong with a hundred megabytes takes minutes.
    let allowed = attempt.scope.settings().meter.byte_cap();
    if reply.text.len() > allowed {
        return Err(Failure::TooLarge { allowed, found: reply.text.len() });
    }
    let Lenient { value, left_out } =
        Out::from_reply(reply.text, reply.lenient).map_err(Failure::Contract)?;
    if let Some(left_out) = left_out {
        // The same words for every reply, so that a barrier puts those of its tasks together.
        let message = match left_out {
            LeftOut::Fence => "its reply was repaired: the code fence around the JSON was left out",
            LeftOut::Thoughts => "its reply was repaired: the thoughts in it were left out",
            LeftOut::Text => "its reply was repaired: the text around the JSON was left out",
        };
        attempt.context().note(WarningKind::Repaired, message);
    }
    Ok(value)
}
