//! The engine whose pipelines do nothing themselves, and ask for what they need.

use super::calling::{Calling, Came, Spec};
use super::drive::give_way;
use super::gather::Gather;
use super::queue::Queue;
use super::{Hands, InputHash, Job, Site};
use crate::agent::{AgentSpec, Target, ToolError};
use crate::barrier::Barrier;
use crate::contract::{self, Contract};
use crate::engine::scope::Scope;
use crate::engine::task_guard::TaskGuard;
use crate::engine::{Calls, CallsTool, Drive, Engine, Keeper, Tasks, ToolCall, ToolCalling, Toolbox};
use crate::envelope::Handed;
use crate::error::{ErrorKind, PipelineError};
use crate::panics::guarded;
use crate::trace::SpanId;
use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// The engine of durable runs, whose calls go to a [`Journal`](super::Journal).
///
/// There is one for the run, and one for each task of its fan-outs.
pub struct Scheduled<H> {
    scope: Scope,
    hands: Arc<H>,
    shared: Arc<Shared>,
    /// Of the run, or of the fan-out whose task this is.
    guard: TaskGuard,
    keeper: Keeper,
    /// Of the task that this is: `1.3/`.
    prefix: String,
    /// How many steps it has taken.
    steps: AtomicU32,
}

/// What all parts of a run have in common.
pub(super) struct Shared {
    pub(super) queue: Arc<Queue>,
    /// How long the run may take.
    pub(super) deadline: Option<Duration>,
    /// When that has passed.
    pub(super) until: Until,
    /// The run's own.
    pub(super) span: SpanId,
}

/// When the deadline of a run passes, for agents to know.
#[derive(Clone, Copy, Default)]
pub(super) struct Until {
    /// In this process.
    pub(super) here: Option<Instant>,
    /// In milliseconds since 1970, the same wherever the run is resumed.
    pub(super) elsewhere: Option<u64>,
}

impl<H> Scheduled<H> {
    #[inline]
    pub(super) fn new(scope: Scope, hands: Arc<H>, shared: Arc<Shared>, guard: TaskGuard) -> Self {
        let (keeper, prefix, steps) = (Keeper::default(), String::new(), AtomicU32::new(0));
        Self { scope, hands, shared, guard, keeper, prefix, steps }
    }

    /// The engine in a task of a fan-out which is this step, or in a branch of a join or a race, which is in no task.
    #[inline]
    pub(super) fn in_task(&self, step: &str, index: usize, is_branch: bool, guard: TaskGuard) -> Self {
        Self {
            scope: if is_branch { self.scope.clone() } else { self.scope.in_task(index) },
            hands: Arc::clone(&self.hands),
            shared: Arc::clone(&self.shared),
            guard,
            keeper: self.keeper.of_task(),
            prefix: format!("{step}.{index}/"),
            steps: AtomicU32::new(0),
        }
    }

    #[inline]
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    #[inline]
    pub(super) fn guard(&self) -> &TaskGuard {
        &self.guard
    }

    /// The next step. Those of a task follow one another, so the number says which it is.
    #[inline]
    pub(super) fn step(&self) -> String {
        format!("{}{}", self.prefix, self.steps.fetch_add(1, Ordering::Relaxed))
    }
}

/// Where a task is stopped, what it had come to is left to whoever stops it.
impl<H> Drop for Scheduled<H> {
    #[inline]
    fn drop(&mut self) {
        self.guard.leave(self.keeper.take_mut());
    }
}

impl<H> fmt::Debug for Scheduled<H> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, prefix, .. } = self;
        f.debug_struct("Scheduled").field("scope", scope).field("prefix", prefix).finish_non_exhaustive()
    }
}

impl<H: Site> Engine for Scheduled<H> {
    #[inline]
    fn scope(&self) -> &Scope {
        &self.scope
    }

    #[inline]
    fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    #[inline]
    fn gather<A: Drive<Self>>(
        &self,
        tasks: Tasks<A>,
        barrier: Barrier<A::Output>,
    ) -> impl Future<Output = Barrier<A::Output>> + Send {
        Gather::new(self, tasks, barrier).run()
    }

    /// Whoever drives the run looks whether it has been stopped.
    #[inline]
    async fn yield_now(&self) {
        give_way().await;
    }
}

impl<A: AgentSpec, H: Hands<A>> Calls<A> for Scheduled<H> {
    /// What the agent calls meanwhile is part of its attempt: the tools are those of whoever makes that.
    #[inline]
    async fn call(
        &self,
        input: Handed<A::Input>,
        to: Target,
        _: Option<&dyn Toolbox>,
    ) -> Result<Handed<A::Output>, PipelineError> {
        let json = match guarded(|| contract::text(input.payload())) {
            Ok(Ok(json)) => Ok(json),
            // It has been written before, to be counted.
            Ok(Err(_)) => Err("its input is not the same twice".to_owned()),
            Err(message) => Err(message),
        };
        let spec = Spec::of::<A>(&self.scope, self.step(), to);
        let hash = InputHash::of(json.as_deref().unwrap_or_default());
        let mut calling = Calling::new(&self.scope, &self.shared, spec, input.head().clone(), hash);
        let json = json.map_err(|message| calling.fail(ErrorKind::Panicked { message }))?;
        if H::ELSEWHERE {
            calling.send(&json, A::Input::name(), A::Input::fingerprint());
        }
        if A::SIGNAL {
            calling.ask_outside(json);
        }
        let mut waiting = Some(Arc::new(input));
        loop {
            let (mut call, attempt) = calling.begin()?;
            // The last attempt takes the input, the others leave it there.
            let input = if calling.is_last() { waiting.take() } else { waiting.clone() };
            if let Some(input) = input {
                call.work = self.hands.work(Job { input, to, attempt, run: self.scope.clone() });
            }
            match calling.ask(call).await? {
                Came::Failed => {}
                Came::Output(text) => {
                    let handed: Handed<A::Output> = match guarded(|| calling.output(&text)) {
                        Ok(Ok(handed)) => handed,
                        Ok(Err(kind)) => return calling.give_up(kind).await,
                        Err(message) => return Err(calling.fail(ErrorKind::Panicked { message })),
                    };
                    let budgets = (A::MAX_OUTPUT_TOKENS, to.input_budget);
                    self.scope.observe_handoff(handed.payload(), handed.head(), budgets);
                    self.keeper.keep(&self.scope, &handed, to);
                    calling.succeed();
                    return Ok(handed);
                }
            }
        }
    }
}

/// Never called: a tool is called within an attempt, by whoever makes that, on an engine of its own.
impl<T: AgentSpec, H: Site> CallsTool<T> for Scheduled<H> {
    #[inline]
    fn call_tool(&self, _: ToolCall) -> ToolCalling<'_> {
        Box::pin(ready(Err(ToolError::Over)))
    }
}
