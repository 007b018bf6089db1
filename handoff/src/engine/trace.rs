//! Spans and events of runs, through the `tracing` crate, with the feature of that name.
//!
//! | span `run` | `pipeline`, `trace_id`; `parent_id` where the trace began elsewhere | level `INFO` |
//! |---|---|---|
//! | span `agent`, inside it | `agent`, `role`, `attempt`, `task`, `span_id` (the parent id in its [`traceparent`]) | `INFO` |
//! | event `handoff` | `source`, `receiver`, `tokens`, `encoding`, `confidence`, `schema`, `task` | `DEBUG` |
//! | event `attempt failed` | `agent`, `attempt`, `task`, `error`, `retry_in_ms` | `WARN` |
//! | event `progress` | `agent`, `attempt`, `task`, `done` | `TRACE` |
//! | events `run started`, `run ended` | `pipeline`, `outcome`, `elapsed_ms`, `model_tokens`, `error` | `INFO`; `ERROR` for a failed run |
//!
//! [`traceparent`]: crate::Context::traceparent
//!
//! Payloads are in none of them.

use super::observer::Event;
use super::scope::Scope;
use crate::agent::AgentId;
use crate::trace::{SpanId, TraceId, TraceParent};
use std::future::Future;

/// Whether there is a subscriber to tell.
pub(super) fn is_on() -> bool {
    #[cfg(feature = "tracing")]
    return tracing::level_filters::LevelFilter::current() != tracing::level_filters::LevelFilter::OFF;
    #[cfg(not(feature = "tracing"))]
    return false;
}

/// A span that a future runs in; nothing at all without the feature.
pub(super) struct Span {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Span {
    /// Of a run.
    pub(super) fn run(pipeline: &'static str, trace_id: TraceId, parent: Option<TraceParent>) -> Self {
        let parent_id = parent.map(|parent| tracing::field::display(parent.parent_id()));
        Self { span: tracing::info_span!(target: "handoff", "run", pipeline, %trace_id, parent_id) }
    }

    /// Of one attempt of one agent.
    pub(super) fn agent(scope: &Scope, agent: &AgentId, attempt: u32, span_id: SpanId) -> Self {
        let (role, task) = (agent.role.as_str(), scope.task_path().map(tracing::field::display));
        let name = || scope.tell(agent).to_string();
        Self {
            span: tracing::info_span!(target: "handoff", "agent", agent = name(), role, attempt, task, %span_id),
        }
    }

    /// The one that is entered now: a spawned task does not inherit it by itself.
    pub(super) fn current() -> Self {
        Self { span: tracing::Span::current() }
    }

    /// Runs a future in the span, and drops it there.
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }

    /// Calls `f` in the span.
    pub(super) fn inside<T>(&self, f: impl FnOnce() -> T) -> T {
        self.span.in_scope(f)
    }
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(super) fn run(_: &'static str, _: TraceId, _: Option<TraceParent>) -> Self {
        Self {}
    }

    pub(super) fn agent(_: &Scope, _: &AgentId, _: u32, _: SpanId) -> Self {
        Self {}
    }

    pub(super) fn current() -> Self {
        Self {}
    }

    #[allow(clippy::unused_self)] // as with the feature
    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    #[allow(clippy::unused_self)] // as with the feature
    pub(super) fn inside<T>(&self, f: impl FnOnce() -> T) -> T {
        f()
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) fn event(_: TraceId, _: &Event<'_>) {}

/// Tells the subscriber, whose panics are caught as an observer's are.
#[cfg(feature = "tracing")]
pub(super) fn event(trace_id: TraceId, event: &Event<'_>) {
    let _ = crate::panics::guarded(|| emit(trace_id, event));
}

#[cfg(feature = "tracing")]
fn emit(trace_id: TraceId, event: &Event<'_>) {
    use super::observer::{AttemptOutcome, Outcome};
    use crate::error::ErrorKind;
    use std::time::Duration;

    let ms = |time: &Duration| time.as_secs_f64() * 1000.0;
    match event {
        Event::RunStarted { pipeline, .. } => {
            tracing::info!(target: "handoff", %trace_id, pipeline, "run started");
        }
        Event::Handoff { at, source, target, tokens, schema, confidence, .. } => {
            tracing::debug!(
                target: "handoff",
                %trace_id,
                source = &*source.name,
                receiver = &*target.name,
                task = at.task_path.as_ref().map(tracing::field::display),
                tokens = tokens.count,
                encoding = &*tokens.encoding,
                confidence = confidence.get(),
                %schema,
                "handoff"
            );
        }
        Event::AttemptEnded {
            at,
            agent,
            attempt,
            outcome: AttemptOutcome::Failed { error, retry_in },
            ..
        } => {
            tracing::warn!(
                target: "handoff",
                %trace_id,
                agent = agent.to_string(),
                task = at.task_path.as_ref().map(tracing::field::display),
                attempt,
                error = %error,
                retry_in_ms = retry_in.as_ref().map(ms),
                "attempt failed"
            );
        }
        Event::Progress { at, agent, attempt, done, .. } => {
            let task = at.task_path.as_ref().map(tracing::field::display);
            tracing::trace!(target: "handoff", %trace_id, agent = agent.to_string(), attempt, task, done, "progress");
        }
        Event::RunEnded { pipeline, outcome, elapsed, usage, .. } => {
            let elapsed_ms = ms(elapsed);
            let model_tokens = usage.total();
            match outcome {
                Outcome::Succeeded => {
                    tracing::info!(target: "handoff", %trace_id, pipeline, outcome = "succeeded", elapsed_ms, model_tokens, "run ended");
                }
                // Somebody wanted it so.
                Outcome::Failed(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => {
                    tracing::info!(target: "handoff", %trace_id, pipeline, outcome = "cancelled", elapsed_ms, model_tokens, %error, "run ended");
                }
                Outcome::Failed(error) => {
                    tracing::error!(target: "handoff", %trace_id, pipeline, outcome = "failed", elapsed_ms, model_tokens, %error, "run ended");
                }
                Outcome::Dropped => {
                    tracing::info!(target: "handoff", %trace_id, pipeline, outcome = "dropped", elapsed_ms, model_tokens, "run ended");
                }
            }
        }
        _ => {}
    }
}
