//! One attempt of an agent: how its function is called, and what comes of what it returns.

use super::asks::Asks;
use super::before::Before;
use super::blocking::blocking;
use super::context::Context;
use super::nesting::{self, Here};
use super::scope::Scope;
use super::task_guard::TaskGuard;
use super::tools::{Desk, Orders};
use crate::agent::{AgentId, AgentSpec, Failure, Received, Reply, Target};
use crate::contract::{Contract, LeftOut, Lenient};
use crate::envelope::{Head, Warning, WarningKind};
use crate::trace::SpanId;
use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;
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
    pub(super) number: u32,
    /// What the attempts before it have come to.
    pub(super) before: &'a Before,
    pub(super) max_output_tokens: Option<u32>,
    /// Who gets what comes of it.
    pub(super) target: Target,
    pub(super) span_id: SpanId,
    pub(super) scope: &'a Scope,
    pub(super) guard: &'a TaskGuard,
    /// What its agent is, to tell it from others of its name.
    pub(super) kind: TypeId,
    /// When it has timed out.
    pub(super) until: Option<Instant>,
    /// When it began, and how long it may show no sign of life, if that is bounded.
    pub(super) idle: Option<(Instant, Duration)>,
    /// Its place among those of its agent that may be under way at once.
    pub(super) turn: Mutex<Option<OwnedSemaphorePermit>>,
    /// Where it may call other agents.
    pub(super) tools: Option<Box<Desk<'a>>>,
    /// Made for an agent that asks for it.
    pub(super) context: OnceLock<Context>,
}

impl Attempt<'_> {
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
            (self.span_id, self.kind),
            &started,
        );
        // Until the function has returned, whether or not anybody waits for it.
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
        let f = move || {
            let _turn = turn;
            f()
        };
        let until = self.until.into_iter().chain(self.context.get().and_then(Context::idle_until)).min();
        blocking(here, started, until, f).await
    }

    /// Counts what a reply has taken.
    ///
    /// # Errors
    ///
    /// [`Failure::Halted`]: it was too much for the run.
    fn spend(&self, Reply { usage, model, finish, .. }: &Reply) -> Result<(), Failure> {
        self.scope.model_has_answered(self.span_id, *usage, model.as_deref(), Some(finish));
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

    /// Where it may call other agents, for its context.
    pub(super) fn orders(&self) -> Option<Orders> {
        self.tools.as_deref().map(Desk::orders)
    }

    /// What the agent has noticed so far.
    pub(super) fn take_warnings(&self) -> Vec<Warning> {
        self.context.get().map(Context::take_warnings).unwrap_or_default()
    }

    /// What the agent has kept is there for the attempts after this one.
    pub(super) fn leave_kept(&self) {
        if let Some(kept) = self.context.get().and_then(Context::kept_so_far) {
            self.before.kept.get_or_init(|| Arc::clone(kept));
        }
    }

    /// The agent has returned, so nothing was cut short.
    pub(super) fn has_returned(&self) {
        nesting::has_returned();
        if let Some(context) = self.context.get() {
            context.has_returned();
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        nesting::end();
        if let Some(context) = self.context.get() {
            context.stop();
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
