//! Attempts that are made for a run which is driven elsewhere: by another part of this process, or by another process.
//! The run counts what they have taken when it hears of their ends, and tells of them itself.

use super::parts::{Parts, Said, What};
use super::telling::Telling;
use super::{Scope, Strand};
use crate::agent::{AgentId, Config, Usage};
use crate::engine::common::Common;
use crate::engine::durable::Spent;
use crate::engine::halt::Halt;
use crate::engine::origin::Origin;
use crate::error::{ErrorKind, Limit};
use crate::task_path::TaskPath;
use crate::trace::SpanId;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// One attempt of a run that is driven elsewhere.
pub(in crate::engine) struct Outside {
    /// The run, with the span of what it is in there.
    pub(in crate::engine) origin: Origin,
    pub(in crate::engine) agent: &'static AgentId,
    pub(in crate::engine) number: u32,
    pub(in crate::engine) span: SpanId,
    pub(in crate::engine) task_path: Option<TaskPath>,
    /// What the run has taken before it.
    pub(in crate::engine) usage: Usage,
    pub(in crate::engine) calls: u64,
    /// The run, where it is driven in this process.
    pub(in crate::engine) run: Option<Scope>,
    /// When the run's deadline passes. Whoever drives it stops it then.
    pub(in crate::engine) until: Option<Instant>,
    pub(in crate::engine) halt: Arc<Halt>,
}

/// What such an attempt is part of.
pub(super) struct AttemptOf {
    pub(super) run: Option<Scope>,
    pub(super) span: SpanId,
    until: Option<Instant>,
    usage: Usage,
    calls: u64,
}

impl Scope {
    /// That of an attempt of a run which is driven elsewhere.
    pub(in crate::engine) fn outside(outside: Outside, common: Arc<Common>) -> Self {
        let Outside { origin, agent, number, span, task_path, usage, calls, run, until, halt } = outside;
        let parent = origin.span;
        let (pipeline, observers) = match &run {
            Some(run) => (run.inner.pipeline, run.inner.observers.clone()),
            None => (Config::NONE, Vec::new()),
        };
        let mut scope = Self::new(&origin, pipeline, common, halt, None, None, observers);
        let mut parts = Parts::of(parent);
        let what = What::Attempt { agent, number, retry_in: None, said: Said::default() };
        parts.begin(span, (parent, parent), task_path.as_ref(), what);
        // Nobody else has it yet.
        if let Some(inner) = Arc::get_mut(&mut scope.inner) {
            inner.telling = Some(Telling::of(parts));
            *inner.calls.get_mut() = calls;
            *inner.input_tokens.get_mut() = usage.input_tokens;
            *inner.output_tokens.get_mut() = usage.output_tokens;
            if let Some(run) = &run {
                inner.surroundings.clone_from(&run.inner.surroundings);
            }
            inner.attempt_of = Some(AttemptOf { run, span, until, usage, calls });
        }
        scope.task = task_path;
        scope.strand = Strand::of(parent);
        scope.strand.goes_on_in(span);
        scope
    }

    /// Who tells of what goes on here: of such an attempt, the run, where that is in this process.
    pub(super) fn teller(&self) -> &Self {
        match &self.inner.attempt_of {
            Some(AttemptOf { run: Some(run), .. }) => run,
            _ => self,
        }
    }

    /// Such an attempt: what is of it itself, the run tells when it hears of its end.
    pub(super) fn within(&self) -> Option<SpanId> {
        self.inner.attempt_of.as_ref().map(|attempt| attempt.span)
    }

    /// When the deadline of the run passes that such an attempt is part of.
    pub(super) fn outside_until(&self) -> Option<Instant> {
        self.inner.attempt_of.as_ref().and_then(|attempt| attempt.until)
    }

    /// What such an attempt has taken.
    pub(in crate::engine) fn taken(&self) -> Option<Spent> {
        let AttemptOf { span, usage, calls, .. } = self.inner.attempt_of.as_ref()?;
        let Said { usage: said, model, finish_reason } =
            self.own_parts(|parts| parts.said_in(*span).map(std::mem::take))??;
        let of_calls = self.usage().less(said.unwrap_or_default().plus(*usage));
        let calls = self.calls().saturating_sub(*calls);
        Some(Spent { usage: said, of_calls, calls, model, finish_reason })
    }

    /// How often agents have been called in the run, where that is counted.
    pub(in crate::engine) fn calls(&self) -> u64 {
        self.inner.calls.load(Ordering::Relaxed)
    }

    /// What is under way here.
    pub(in crate::engine) fn part(&self) -> SpanId {
        self.strand.here()
    }

    /// So many agents have been called within an attempt of this one.
    ///
    /// # Errors
    ///
    /// Why the run stops.
    pub(in crate::engine) fn count_calls(
        &self,
        agent: &'static AgentId,
        calls: u64,
    ) -> Result<(), ErrorKind> {
        let Some(allowed) = self.settings().limits.agent_calls.filter(|_| calls > 0) else { return Ok(()) };
        let before = self.inner.calls.fetch_add(calls, Ordering::Relaxed);
        if before.saturating_add(calls) <= allowed {
            return Ok(());
        }
        Err(self.exceeds(Limit::AgentCalls, agent, allowed, allowed.saturating_add(1)))
    }

    /// What happens has been told before, and is not told now.
    pub(in crate::engine) fn mute(&self, is_muted: bool) {
        self.inner.is_muted.store(is_muted, Ordering::Relaxed);
    }
}
