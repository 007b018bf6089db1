//! What is told of attempts.

use super::Scope;
use super::parts::{Said, What};
use crate::agent::{AgentId, FinishReason, Usage};
use crate::budget::TokenCount;
use crate::engine::observer::{Event, PartOutcome};
use crate::envelope::Head;
use crate::error::PipelineError;
use crate::task_path::TaskPath;
use crate::trace::SpanId;
use std::time::Duration;

impl Scope {
    /// An attempt of an agent begins: that of this number, of so many at most.
    #[inline]
    pub(in crate::engine) fn begin_attempt(
        &self,
        span: SpanId,
        agent: &'static AgentId,
        head: &Head,
        attempts: (u32, u32),
        budgets: (Option<u32>, Option<u32>),
    ) {
        if self.is_watched() {
            self.tell_attempt(span, agent, head, attempts, budgets);
        }
    }

    fn tell_attempt(
        &self,
        span: SpanId,
        agent: &'static AgentId,
        head: &Head,
        (attempt, attempts): (u32, u32),
        (input_budget, max_output_tokens): (Option<u32>, Option<u32>),
    ) {
        let what = What::Attempt { agent, number: attempt, retry_in: None, said: Said::default() };
        if let Some((turn, at)) = &self.begin(span, what) {
            let (agent, encoding) = (&self.tell(agent), self.encoding());
            let tokens = &TokenCount { count: head.tokens, encoding };
            turn.tell(&Event::AttemptStarted {
                at,
                agent,
                attempt,
                attempts,
                tokens,
                input_budget,
                max_output_tokens,
            });
        }
    }

    /// An attempt has failed, and there may be another after a pause.
    pub(in crate::engine) fn fail_attempt(
        &self,
        span: SpanId,
        error: &PipelineError,
        retry_in: Option<Duration>,
    ) {
        self.parts(|parts| parts.retried(span, retry_in));
        self.end(span, PartOutcome::of(Some(error)));
    }

    /// The attempt that is under way ends, if one is.
    pub(in crate::engine) fn end_attempt(&self, outcome: PartOutcome<'_>) {
        let here = self.strand.here();
        // Of a tool that has not begun, the one that is under way is the agent's that calls it.
        if !self.is_calling() && self.parts(|parts| parts.said_in(here).is_some()) == Some(true) {
            self.end(here, outcome);
        }
    }

    /// The agent of an attempt has said what a model has taken, which it is, and why it stopped.
    pub(in crate::engine) fn model_has_answered(
        &self,
        attempt: SpanId,
        usage: Option<Usage>,
        model: Option<&str>,
        finish_reason: Option<&FinishReason>,
    ) {
        // Where a run is driven elsewhere, it hears of it at the end of the attempt.
        let whose = if self.within() == Some(attempt) { self } else { self.teller() };
        whose.own_parts(|parts| {
            let Some(said) = parts.said_in(attempt) else { return };
            if let Some(usage) = usage {
                said.usage = Some(said.usage.unwrap_or_default().plus(usage));
            }
            if model.is_some() {
                said.model = model.map(str::to_owned);
            }
            if finish_reason.is_some() {
                said.finish_reason = finish_reason.cloned();
            }
        });
    }

    /// The agent of an attempt says how far it is.
    pub(in crate::engine) fn observe_progress(&self, agent: &AgentId, attempt: u32, done: u64, text: &str) {
        if !self.is_watched() {
            return;
        }
        let (agent, text) = (self.tell(agent), self.shows_payloads().then(|| text.to_owned()));
        self.tell_here(move |turn, at| {
            let task_path = at.task_path.as_ref();
            let (agent, task, text) = (&agent, task_path.map(TaskPath::index), text.as_deref());
            turn.tell(&Event::Progress { at, agent, task, task_path, attempt, done, text });
        });
    }
}
