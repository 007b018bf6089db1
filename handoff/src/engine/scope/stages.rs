//! What is told of the stages of a pipeline.

use super::Scope;
use super::parts::What;
use crate::agent::AgentId;
use crate::barrier::Policy;
use crate::contract::Confidence;
use crate::engine::observer::{Event, FanOutKind, PartOutcome};
use crate::envelope::{Head, Warning};
use crate::error::PipelineError;
use crate::trace::SpanId;

/// What there is to say of a fan-out that begins.
pub(crate) struct FansOut {
    pub(crate) kind: FanOutKind,
    pub(crate) of: Option<&'static str>,
    pub(crate) agent: &'static AgentId,
    pub(crate) width: usize,
    pub(crate) policy: Policy,
}

/// A task of a fan-out that is under way. Dropping it says that it was stopped, if it has not ended before.
pub(crate) struct TaskUnderWay<'a> {
    scope: &'a Scope,
    span: SpanId,
}

impl TaskUnderWay<'_> {
    #[inline]
    pub(crate) fn end(&self, outcome: PartOutcome<'_>) {
        self.scope.end(self.span, outcome);
    }
}

impl Drop for TaskUnderWay<'_> {
    #[inline]
    fn drop(&mut self) {
        self.end(PartOutcome::Stopped);
    }
}

impl Scope {
    /// A pipeline begins, which is told unless it is the run. [`end_pipeline`](Self::end_pipeline) takes what
    /// is returned.
    pub(crate) fn begin_pipeline(&self, pipeline: &'static AgentId, is_run: bool) -> SpanId {
        if is_run {
            return self.strand.span();
        }
        let span = self.next_span();
        if let Some((turn, at)) = &self.begin(span, What::Pipeline(pipeline)) {
            turn.tell(&Event::PipelineStarted { at, pipeline: &self.tell(pipeline) });
        }
        span
    }

    pub(crate) fn end_pipeline(&self, span: SpanId, error: Option<&PipelineError>) {
        if !self.is_watched() {
            return;
        }
        match error {
            // Of the run, what is left of its loops has failed.
            Some(error) if span == self.strand.span() => self.fail_parts(error),
            error => self.end(span, PartOutcome::of(error)),
        }
    }

    /// A fan-out begins, a join or a race. Its tasks and its end take what is returned.
    pub(crate) fn begin_fan_out(&self, fans_out: &FansOut) -> SpanId {
        let FansOut { kind, of, agent, width, policy } = *fans_out;
        let span = self.next_span();
        let what = What::FanOut { kind, agent, width, succeeded: 0, failed: 0 };
        if let Some((turn, at)) = &self.begin(span, what) {
            let agent = &self.tell(agent);
            turn.tell(&Event::FanOutStarted { at, kind, of, agent, width, policy });
        }
        span
    }

    pub(crate) fn end_fan_out(&self, span: SpanId, error: Option<&PipelineError>) {
        self.end(span, PartOutcome::of(error));
    }

    /// A task of a fan-out begins, for which this is.
    #[inline]
    pub(crate) fn begin_task(
        &self,
        fan_out: SpanId,
        agent: &'static AgentId,
        index: usize,
        label: Option<&str>,
    ) -> TaskUnderWay<'_> {
        let span = fan_out.nth(index as u64);
        self.strand.begin(span);
        if self.is_watched() {
            self.tell_task(fan_out, span, (agent, index, label));
        }
        TaskUnderWay { scope: self, span }
    }

    fn tell_task(
        &self,
        fan_out: SpanId,
        span: SpanId,
        (agent, index, label): (&'static AgentId, usize, Option<&str>),
    ) {
        if let Some((turn, at)) = &self.begin_in(fan_out, span, What::Task { agent, index }) {
            turn.tell(&Event::TaskStarted { at, agent: &self.tell(agent), index, label });
        }
    }

    /// What is under way in this run or task has failed, and it goes on all the same.
    pub(crate) fn fail_parts(&self, error: &PipelineError) {
        if self.is_watched() {
            self.end_below(self.strand.span(), PartOutcome::of(Some(error)));
        }
    }

    /// A payload is tested.
    pub(crate) fn observe_gate(&self, head: &Head, threshold: Confidence, passed: bool) {
        if let Some((turn, at)) = &self.here() {
            let (agent, confidence) = (&self.tell(head.source), head.confidence);
            turn.tell(&Event::Gate { at, agent, confidence, threshold, passed });
        }
    }

    /// A round of a loop begins.
    pub(crate) fn begin_round(&self, round: u32, most: u32) -> SpanId {
        let span = self.next_span();
        if let Some((turn, at)) = &self.begin(span, What::Round { round, converged: false }) {
            turn.tell(&Event::RoundStarted { at, round, most });
        }
        span
    }

    pub(crate) fn end_round(&self, span: SpanId, converged: bool) {
        self.parts(|parts| parts.converged(span, converged));
        self.end(span, PartOutcome::Succeeded);
    }

    /// An agent is called in place of one that has failed.
    pub(crate) fn begin_fallback(&self, agent: &'static AgentId, error: &PipelineError) {
        let span = self.next_span();
        if let Some((turn, at)) = &self.begin(span, What::Fallback(agent)) {
            turn.tell(&Event::FallbackStarted { at, agent: &self.tell(agent), error });
        }
    }

    /// An agent that a pipeline calls has ended, which may have been called in place of another.
    pub(crate) fn end_fallback(&self, error: Option<&PipelineError>) {
        let here = self.strand.here();
        if self.parts(|parts| parts.is_fallback(here)) == Some(true) {
            self.end(here, PartOutcome::of(error));
        }
    }

    /// Something is noticed.
    pub(crate) fn observe_warning(&self, warning: &Warning) {
        if self.is_watched() {
            let warning = warning.clone();
            self.tell_here(move |turn, at| turn.tell(&Event::Warned { at, warning: &warning }));
        }
    }
}
