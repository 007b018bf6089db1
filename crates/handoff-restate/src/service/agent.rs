//! An agent: one attempt for each call.

use crate::journal::CANCELLED;
use crate::manifest::{CALL, silence};
use crate::payload::Payload;
use handoff::Runtime;
use handoff::durable::{NotACall, OneAttempt, Outcome};
use handoff::engine::Drive;
use restate_sdk::endpoint::ContextInternal;
use restate_sdk::errors::{HandlerResult, TerminalError};
use restate_sdk::service::Service;
use restate_sdk::service::macro_support::ServiceBoxFuture;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Before Restate would take it for stalled.
const EARLY: Duration = Duration::from_mins(1);

pub(crate) struct AgentService<A, S> {
    runtime: Runtime<S>,
    agent: PhantomData<fn() -> A>,
}

impl<A, S> AgentService<A, S> {
    pub(crate) fn new(runtime: Runtime<S>) -> Self {
        Self { runtime, agent: PhantomData }
    }
}

impl<A: Drive<OneAttempt<S>>, S: Send + Sync + 'static> Service for AgentService<A, S> {
    type Future = ServiceBoxFuture;

    fn handle(&self, ctx: ContextInternal) -> ServiceBoxFuture {
        let runtime = self.runtime.clone();
        Box::pin(async move { super::answer(&ctx, CALL, call::<A, S>(&ctx, &runtime)).await })
    }
}

/// How the agent's own work came to an end here.
enum Ended {
    Well(Result<Outcome, NotACall>),
    /// Nobody waits for it any more.
    Cancelled,
    /// It has waited for its turn for too long.
    Stalled,
}

async fn call<A: Drive<OneAttempt<S>>, S: Send + Sync + 'static>(
    ctx: &ContextInternal,
    runtime: &Runtime<S>,
) -> HandlerResult<Payload> {
    let (asked, _) = ctx.input::<Payload>().await;
    let asked = asked.text().map_err(TerminalError::from_error)?;
    let outcome =
        match until_cancelled(ctx, silence::<A>().saturating_sub(EARLY), runtime.serve::<A>(asked)).await {
            // What a later build asks may be no call to this one. An answer would be kept, and the run have no other: so it
            // is none, and another host is asked, or this one once it is renewed.
            Ended::Well(Err(refused)) => return Err(refused.to_string().into()),
            Ended::Well(Ok(outcome)) => outcome,
            Ended::Cancelled => return Err(TerminalError::new_with_code(CANCELLED, "cancelled").into()),
            Ended::Stalled => return Err("the agent has not had its turn on this host".into()),
        };
    // A failure is an outcome like any other. What is none is left to another host, or to this one when it is back.
    outcome.to_json().map(Payload::from).ok_or_else(|| "this host goes away".into())
}

async fn until_cancelled(
    ctx: &ContextInternal,
    at_most: Duration,
    work: impl Future<Output = Result<Outcome, NotACall>>,
) -> Ended {
    let mut work = pin!(work);
    // Many an agent waits for nothing. What bounds the others is made for them alone.
    if let Poll::Ready(outcome) = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await {
        return Ended::Well(outcome);
    }
    // Never comes. The SDK says of whatever is awaited that it is cancelled, and of nothing else.
    let mut cancelled = pin!(ctx.signal::<Payload>("handoff.cancelled"));
    let mut stalled = pin!(tokio::time::sleep(at_most));
    poll_fn(|cx| {
        if let Poll::Ready(outcome) = work.as_mut().poll(cx) {
            return Poll::Ready(Ended::Well(outcome));
        }
        if cancelled.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ended::Cancelled);
        }
        stalled.as_mut().poll(cx).map(|()| Ended::Stalled)
    })
    .await
}
