//! What the parts of one run share.

mod attempts;
mod outside;
mod parts;
mod stages;
mod telling;
#[cfg(test)]
mod tests;
mod watching;
mod whole;

pub(super) use outside::Outside;
pub(crate) use stages::FansOut;

use super::common::{Common, Settings};
use super::halt::{Halt, Interrupted, Reason};
use super::nesting::Within;
use super::observer::Observer;
use super::origin::Origin;
use super::surroundings::{Carry, Surroundings};
use super::trace::{self, Traced};
use crate::agent::{AgentId, Config, Namesakes, Usage};
use crate::contract::Fingerprint;
use crate::envelope::{Warning, Warnings};
use crate::error::{CancelledBy, ErrorKind, Limit, PipelineError};
use crate::task_path::TaskPath;
use crate::trace::SpanId;
use crate::trace::TraceId;
use crate::trace::TraceParent;
use outside::AttemptOf;
use parts::Parts;
use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use telling::Telling;
use tokio::time::Instant;
use watching::Strand;

/// The state that all parts of one run share: its id, its meter, its observers. Cheap to clone.
///
/// Every payload goes through its [`hand_off`](Scope::hand_off).
#[derive(Clone)]
pub struct Scope {
    inner: Arc<Inner>,
    task: Option<TaskPath>,
    strand: Strand,
}

struct Inner {
    trace_id: TraceId,
    pipeline: &'static Config,
    /// Worked out where an agent has something to say.
    namesakes: OnceLock<Namesakes>,
    parent: Option<TraceParent>,
    /// What the tracing subscriber is told.
    traced: Traced,
    common: Arc<Common>,
    halt: Arc<Halt>,
    /// What its caller has put around it.
    surroundings: Option<Surroundings>,
    /// What it is part of.
    outer: Option<Within>,
    /// When the run has to be done, and how long that is.
    deadline: Option<(Instant, Duration)>,
    /// How often agents have been called so far, where that is bounded.
    calls: AtomicU64,
    /// What its models have taken so far.
    input_tokens: AtomicU64,
    output_tokens: AtomicU64,
    /// Who hears of this run, beside those who hear of all of its runtime.
    observers: Vec<Arc<dyn Observer>>,
    /// What is under way of it, where somebody watches.
    telling: Option<Telling>,
    /// Whose outputs, and of which contract, have been held against the runtime's baseline.
    compared: Mutex<Vec<(&'static str, Fingerprint)>>,
    /// What happens has been told before, by another process.
    is_muted: AtomicBool,
    /// Where it is no run, but an attempt of one.
    attempt_of: Option<AttemptOf>,
}

/// Held by a run for as long as it lives.
pub(super) struct Alive {
    halt: Arc<Halt>,
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.halt.end();
    }
}

impl Scope {
    pub(super) fn new(
        &Origin { trace_id, parent, span }: &Origin,
        pipeline: &'static Config,
        common: Arc<Common>,
        halt: Arc<Halt>,
        deadline: Option<(Instant, Duration)>,
        outer: Option<Within>,
        mut observers: Vec<Arc<dyn Observer>>,
    ) -> Self {
        if let Some(outer) = &outer {
            observers.extend(outer.scope.own_observers().iter().cloned());
        }
        let is_watched = trace::is_on() || !(observers.is_empty() && common.settings.observers.is_empty());
        let telling = is_watched.then(|| Telling::of(Parts::of(span)));
        let (calls, input_tokens, output_tokens) = Default::default();
        let namesakes = OnceLock::new();
        let surroundings = common.settings.carry.as_ref().and_then(Carry::take);
        let inner = Inner {
            trace_id,
            pipeline,
            namesakes,
            parent,
            traced: Traced::default(),
            common,
            halt,
            surroundings,
            outer,
            deadline,
            calls,
            input_tokens,
            output_tokens,
            observers,
            telling,
            compared: Mutex::default(),
            is_muted: AtomicBool::new(false),
            attempt_of: None,
        };
        Self { inner: Arc::new(inner), task: None, strand: Strand::of(span) }
    }

    /// That of no run, which nobody ends.
    pub(super) fn of_no_run(common: Arc<Common>) -> Self {
        let origin = Origin::from(TraceId::random());
        Self::new(&origin, Config::NONE, common, Arc::new(Halt::new()), None, None, Vec::new())
    }

    /// What its run holds for as long as it lives.
    pub(super) fn alive(&self) -> Alive {
        Alive { halt: Arc::clone(&self.inner.halt) }
    }

    /// Creates the scope of a task of a fan-out in the same run.
    #[must_use]
    pub fn in_task(&self, index: usize) -> Self {
        self.at(Some(TaskPath::new(self.task.as_ref(), index)))
    }

    pub(super) fn at(&self, task: Option<TaskPath>) -> Self {
        Self { inner: Arc::clone(&self.inner), task, strand: self.strand.clone() }
    }

    /// The same run and task, in the n-th call that an attempt makes.
    pub(super) fn in_call(&self, attempt: SpanId, nth: u64) -> Self {
        let strand = Strand::within(attempt, nth);
        Self { inner: Arc::clone(&self.inner), task: self.task.clone(), strand }
    }

    /// Whether it is a run of this runtime, or part of one.
    pub(super) fn is_below(&self, common: &Arc<Common>) -> bool {
        let Inner { common: own, outer, .. } = &*self.inner;
        Arc::ptr_eq(own, common) || outer.as_ref().is_some_and(|outer| outer.scope.is_below(common))
    }

    /// Whether it is part of an attempt of this agent.
    pub(super) fn is_within(&self, agent: TypeId) -> bool {
        let outer = self.inner.outer.as_ref();
        outer.is_some_and(|outer| outer.agent == agent || outer.scope.is_within(agent))
    }

    /// Whatever ends the run, ends that one too.
    pub(super) fn takes_along(&self, halt: &Arc<Halt>) {
        self.inner.halt.takes_along(halt);
    }

    /// Returns the trace id of the run.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.trace_id
    }

    /// Whether this output is the first of its agent and contract in the run, and in what that is part of. Others may be
    /// like it for no other reason than that they are of one run, and do not count.
    pub(super) fn is_first_output(&self, agent: &'static AgentId, contract: Fingerprint) -> bool {
        let Inner { outer, compared, attempt_of, .. } = &*self.inner;
        if let Some(outer) = outer {
            return outer.scope.is_first_output(agent, contract);
        }
        if let Some(AttemptOf { run: Some(run), .. }) = attempt_of {
            return run.is_first_output(agent, contract);
        }
        let mut compared = compared.lock().unwrap_or_else(PoisonError::into_inner);
        let output = (&*agent.name, contract);
        let is_first = !compared.contains(&output);
        if is_first {
            compared.push(output);
        }
        is_first
    }

    /// The pipeline that is run.
    pub(super) fn pipeline(&self) -> &'static AgentId {
        self.inner.pipeline.id()
    }

    /// Returns the task of the innermost fan-out that this is in: its index.
    #[must_use]
    pub fn task(&self) -> Option<usize> {
        self.task_path().map(TaskPath::index)
    }

    /// Returns the path of the task that this is in, from the outermost fan-out inwards.
    #[must_use]
    pub fn task_path(&self) -> Option<&TaskPath> {
        self.task.as_ref()
    }

    /// An agent of the run, told apart from others of its name.
    pub(crate) fn tell(&self, agent: &AgentId) -> AgentId {
        let Inner { pipeline, namesakes, .. } = &*self.inner;
        namesakes.get_or_init(|| Namesakes::of(pipeline)).tell(agent)
    }

    /// What went wrong, and the agent that is at fault.
    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind, agent: &AgentId) -> PipelineError {
        PipelineError::new(kind, self.tell(agent), self.trace_id())
    }

    /// The same error and the same warnings, whose agents are told apart.
    #[cold]
    pub(crate) fn told(&self, error: PipelineError) -> PipelineError {
        error.told(|agent| self.tell(agent))
    }

    /// Names a pipeline in an error.
    #[cold]
    pub(crate) fn in_pipeline(&self, error: PipelineError, pipeline: &'static AgentId) -> PipelineError {
        error.in_pipeline(pipeline, self.tell(pipeline))
    }

    /// What an agent has noticed.
    pub(crate) fn warning(&self, agent: &AgentId, message: impl Into<Arc<str>>) -> Warning {
        Warning::new(self.tell(agent), message)
    }

    /// What its tokens are counted in.
    pub(crate) fn encoding(&self) -> Cow<'static, str> {
        self.settings().meter.encoding()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.common.settings
    }

    /// What it shares with the other runs of its runtime.
    pub(super) fn common(&self) -> &Arc<Common> {
        &self.inner.common
    }

    pub(super) fn surroundings(&self) -> Option<&Surroundings> {
        self.inner.surroundings.as_ref()
    }

    /// The operation elsewhere that the run is part of.
    pub(crate) fn parent(&self) -> Option<TraceParent> {
        self.inner.parent
    }

    /// An operation of the run, for what is part of it elsewhere.
    pub(super) fn traceparent(&self, operation: SpanId) -> TraceParent {
        let parent = self.inner.parent;
        let flags = self.traced().flags().or(parent.map(|parent| parent.flags()));
        TraceParent::new(self.trace_id(), operation, flags.unwrap_or_default())
    }

    /// Resolves when the run is over, or is being stopped.
    pub(crate) async fn over(&self) {
        self.inner.halt.over().await;
    }

    /// Whether the run is over, or is being stopped.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.look_at_the_clock();
        self.inner.halt.is_over()
    }

    /// Why the run is being stopped, if it is: nothing new is to be started then.
    pub(crate) fn halted(&self) -> Option<ErrorKind> {
        self.look_at_the_clock();
        self.inner.halt.reason().map(Reason::kind)
    }

    /// How long it may still take, with those that it is part of, if that is bounded.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let Inner { deadline, outer, .. } = &*self.inner;
        let own = deadline.map(|(at, _)| at).or_else(|| self.outside_until());
        let own = own.map(|at| at.saturating_duration_since(Instant::now()));
        let outer = outer.as_ref().and_then(|outer| outer.scope.time_left());
        own.into_iter().chain(outer).min()
    }

    /// Stops the run if its deadline has passed, or the grace of a shutdown, and what drives it has not been awake to
    /// notice.
    #[inline]
    fn look_at_the_clock(&self) {
        if self.inner.common.runs.are_out_of_time() {
            self.inner.halt.halt(Reason::Cancelled(CancelledBy::Shutdown));
        }
        if let Some((at, limit)) = self.inner.deadline
            && Instant::now() >= at
        {
            self.inner.halt.halt(Reason::Deadline(limit));
        }
    }

    /// A call of an agent is dropped before its end. Where the run is being stopped, its error
    /// tells.
    pub(super) fn interrupted(&self, agent: &'static AgentId, noticed: impl FnOnce() -> Warnings) {
        let halt = &self.inner.halt;
        if halt.reason().is_some() {
            halt.interrupted(Interrupted { agent, task: self.task.clone(), noticed: noticed() });
        }
    }

    /// What the models of the run have taken so far.
    pub(crate) fn usage(&self) -> Usage {
        let Inner { input_tokens, output_tokens, .. } = &*self.inner;
        Usage::new(input_tokens.load(Ordering::Relaxed), output_tokens.load(Ordering::Relaxed))
    }

    /// An agent is about to be called. One call too many stops the run whose limit it is.
    ///
    /// # Errors
    ///
    /// Why the run stops.
    #[inline]
    pub(super) fn count_call(&self, agent: &'static AgentId) -> Result<(), ErrorKind> {
        let Inner { common, outer, attempt_of, .. } = &*self.inner;
        if outer.is_none() && common.settings.limits.agent_calls.is_none() && attempt_of.is_none() {
            return Ok(());
        }
        self.count_one_call(agent)
    }

    fn count_one_call(&self, agent: &'static AgentId) -> Result<(), ErrorKind> {
        let Inner { calls, common, outer, attempt_of, .. } = &*self.inner;
        if let Some(outer) = outer {
            outer.scope.count_call(agent)?;
        }
        match common.settings.limits.agent_calls {
            Some(allowed) if calls.fetch_add(1, Ordering::Relaxed) >= allowed => {
                Err(self.exceeds(Limit::AgentCalls, agent, allowed, allowed.saturating_add(1)))
            }
            // For the run, which may have a limit of its own.
            None if attempt_of.is_some() => {
                calls.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Stops the run.
    #[cold]
    fn exceeds(&self, limit: Limit, agent: &'static AgentId, allowed: u64, found: u64) -> ErrorKind {
        let reason = Reason::Limit { limit, agent, task: self.task.clone(), allowed, found };
        let kind = reason.kind();
        self.inner.halt.halt(reason);
        kind
    }

    /// Adds to what the models of the run have taken, and of those that it is part of. What exceeds a limit stops the run
    /// whose limit it is.
    ///
    /// # Errors
    ///
    /// Why the run stops.
    pub(crate) fn spend(&self, agent: &'static AgentId, usage: Usage) -> Result<(), ErrorKind> {
        let spent = self.spend_here(agent, usage);
        match &self.inner.outer {
            Some(outer) => outer.scope.spend(agent, usage).and(spent),
            None => spent,
        }
    }

    fn spend_here(&self, agent: &'static AgentId, usage: Usage) -> Result<(), ErrorKind> {
        let Inner { input_tokens, output_tokens, common, .. } = &*self.inner;
        let add = |sum: &AtomicU64, tokens: u64| {
            let added = sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
                Some(before.saturating_add(tokens))
            });
            added.unwrap_or_default().saturating_add(tokens)
        };
        let found =
            add(input_tokens, usage.input_tokens).saturating_add(add(output_tokens, usage.output_tokens));
        let Some(allowed) = common.settings.limits.model_tokens else {
            return Ok(());
        };
        if found <= allowed {
            return Ok(());
        }
        Err(self.exceeds(Limit::ModelTokens, agent, allowed, found))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("trace_id", &self.trace_id())
            .field("task", &self.task)
            .finish_non_exhaustive()
    }
}
