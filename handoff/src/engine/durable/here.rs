//! Agents in this process.

use super::site::Attempt;
use super::{Hands, Job, Outcome, Site, Work};
use crate::agent::{AgentId, Target};
use crate::contract::{self, Contract};
use crate::engine::common::Common;
use crate::engine::halt::Halt;
use crate::engine::nesting::{Here as Placed, placed};
use crate::engine::origin::Origin;
use crate::engine::scope::{Outside, Scope};
use crate::engine::task_guard::TaskGuard;
use crate::engine::tokio::{Once, OneAttempt, TokioEngine};
use crate::engine::{Drive, Engine as _, Runtime};
use crate::envelope::{Brief, Handed};
use crate::error::{CancelledBy, ErrorKind, PipelineError};
use crate::panics::caught;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The site of a run whose agents are called in this process, on its tokio runtime.
///
/// Agents are called with the state and the options of a [`Runtime`]. Each run has a site of its own, which
/// may have one attempt in a task beyond [`Limits::tasks_in_flight`](crate::Limits).
pub struct Here<S> {
    runtime: Runtime<S>,
    beyond: Arc<Semaphore>,
}

impl<S> Here<S> {
    /// Creates a site with the state, the limits, the token counter and the agents' options of this runtime.
    #[must_use]
    #[inline]
    pub fn new(runtime: &Runtime<S>) -> Self {
        Self { runtime: runtime.clone(), beyond: Arc::new(Semaphore::new(1)) }
    }
}

impl<S> fmt::Debug for Here<S> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Here").field("runtime", &self.runtime).finish_non_exhaustive()
    }
}

impl<S: Send + Sync + 'static> Site for Here<S> {
    const ELSEWHERE: bool = false;
}

impl<A: Drive<OneAttempt<S>>, S: Send + Sync + 'static> Hands<A> for Here<S> {
    #[inline]
    fn work(&self, job: Job<A>) -> Option<Work> {
        let Runtime { common, state } = self.runtime.clone();
        let beyond = Arc::clone(&self.beyond);
        Some(Work::new(async move {
            let Job { input, to, attempt, run } = job;
            let is_task = run.task_path().is_some();
            // A task of a fan-out counts as one in flight, over all runs. What waits here is under no timeout, and whoever
            // waits for somebody outside holds up nobody.
            let permit = if is_task && !A::SIGNAL { room(&common, beyond).await } else { None };
            let (outside, once) = attempt.outside(A::ID, run);
            let input = Arc::unwrap_or_clone(input);
            let outcome = attempt_once::<A, S>(common, state, outside, once, input, to).await;
            drop(permit);
            outcome
        }))
    }
}

/// Waits until there is room for one more task. Every run may have one attempt beyond the limit, so that one which an agent
/// in a task waits for does not wait for the room of that task.
#[inline]
async fn room(common: &Common, beyond: Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    let mut room = pin!(Arc::clone(&common.permits).acquire_owned());
    let mut beyond = pin!(beyond.acquire_owned());
    // Neither is ever closed.
    let permit = poll_fn(|cx| match room.as_mut().poll(cx) {
        Poll::Ready(permit) => Poll::Ready(permit),
        Poll::Pending => beyond.as_mut().poll(cx),
    });
    permit.await.ok()
}

impl Attempt {
    #[inline]
    fn outside(self, agent: &'static AgentId, run: Scope) -> (Outside, Once) {
        let Self { number, before, span, parent, usage, calls, until } = self;
        let task_path = run.task_path().cloned();
        let origin = Origin { trace_id: run.trace_id(), parent: run.parent(), span: parent };
        let outside = Outside {
            origin,
            agent,
            number,
            span,
            task_path,
            usage,
            calls,
            run: Some(run),
            until,
            halt: Arc::default(),
        };
        (outside, Once { number, before, span_id: span })
    }
}

/// Makes one attempt of an agent. Its code is that of all agents, but for the call itself.
#[inline]
pub(super) fn attempt_once<A: Drive<OneAttempt<S>>, S: Send + Sync + 'static>(
    common: Arc<Common>,
    state: Arc<S>,
    outside: Outside,
    once: Once,
    input: Handed<A::Input>,
    to: Target,
) -> impl Future<Output = Outcome> + Send {
    let under_way = UnderWay::new(outside, common);
    let engine = TokioEngine::new(under_way.scope.clone(), state, under_way.guard.clone());
    let engine = OneAttempt::new(engine, once);
    let made: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
        let handed = A::drive(&engine, input, to).await?;
        written(engine.scope(), A::ID, &handed)
    });
    under_way.outcome(A::ID, made)
}

/// An output as text.
#[inline]
fn written<T: Contract>(scope: &Scope, agent: &AgentId, handed: &Handed<T>) -> Result<String, PipelineError> {
    let json = contract::text(handed.payload()).ok();
    let text = json.and_then(|json| Brief::text(handed.head(), &json, Some(T::name()), T::fingerprint()));
    // It has been checked and written before, to be counted.
    let message = || "its output is not the same twice".to_owned();
    text.ok_or_else(|| scope.error(ErrorKind::Panicked { message: message() }, agent))
}

/// An attempt that is made for a run.
struct UnderWay {
    halt: Arc<Halt>,
    scope: Scope,
    guard: TaskGuard,
}

impl UnderWay {
    #[inline]
    fn new(outside: Outside, common: Arc<Common>) -> Self {
        let halt = Arc::clone(&outside.halt);
        let scope = Scope::outside(outside, common);
        let (guard, _) = TaskGuard::of_run(scope.clone(), None);
        Self { halt, scope, guard }
    }

    /// Waits for it, with all that it is part of around it.
    #[inline]
    async fn outcome(
        self,
        agent: &'static AgentId,
        made: Pin<Box<dyn Future<Output = Result<String, PipelineError>> + Send>>,
    ) -> Outcome {
        let Self { halt, scope, guard } = self;
        let alive = scope.alive();
        let here = Placed::new(guard, scope.task_path().cloned());
        let made = placed(here, scope.span(scope.part()).around(made));
        let made = {
            let mut made = pin!(caught(made));
            let mut over = pin!(halt.over());
            poll_fn(|cx| {
                if let Poll::Ready(made) = made.as_mut().poll(cx) {
                    return Poll::Ready(Some(made));
                }
                over.as_mut().poll(cx).map(|()| None)
            })
            .await
        };
        drop(alive);
        let made = match (made, halt.reason()) {
            (Some(Ok(made)), _) => made,
            (Some(Err(message)), _) => Err(scope.error(ErrorKind::Panicked { message }, agent)),
            (None, Some(reason)) => Err(scope.error(reason.kind(), agent)),
            // Unreachable: it is over when this is.
            (None, None) => Err(scope.error(ErrorKind::Cancelled { by: CancelledBy::Tokio }, agent)),
        };
        let spent = scope.taken().unwrap_or_default();
        match made {
            Ok(output) => Outcome::Done { output, spent },
            Err(error) => match error.kind() {
                // That of this process: another one may do better.
                ErrorKind::Cancelled { .. } | ErrorKind::ShuttingDown | ErrorKind::NoRuntime { .. } => {
                    Outcome::Gone
                }
                _ => Outcome::Failed { error: error.to_json(), spent },
            },
        }
    }
}
