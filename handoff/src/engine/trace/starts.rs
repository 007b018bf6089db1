//! Spans as they begin.

use super::values::{int, task};
use crate::engine::observer::Event;
use crate::engine::place::Place;
use crate::trace::{TraceId, TraceParent};
use tracing::field::Empty;

/// A span, and what is said of every span, most of it at its end: what is not declared cannot be recorded. There may be
/// 32 fields.
macro_rules! span {
    ([$($parent:tt)*] $kind:literal, $name:expr, $at:expr, { $($fields:tt)* }) => {
        tracing::info_span!(
            target: "handoff", $($parent)* $kind,
            otel.name = $name,
            otel.status_code = Empty,
            otel.status_description = Empty,
            error.type = Empty,
            handoff.task = task($at),
            handoff.stopped = Empty,
            $($fields)*
        )
    };
}

/// That of a run, below the one that is entered.
pub(super) fn run(
    trace_id: TraceId,
    at: &Place,
    pipeline: &str,
    parent: Option<TraceParent>,
) -> tracing::Span {
    span!([] "invoke_workflow", format_args!("invoke_workflow {pipeline}"), at, {
        gen_ai.operation.name = "invoke_workflow",
        gen_ai.workflow.name = pipeline,
        handoff.trace_id = %trace_id,
        handoff.parent_id = parent.map(|parent| display(parent.parent_id())),
        handoff.usage.input_tokens = Empty,
        handoff.usage.output_tokens = Empty,
    })
}

/// That of a part of a run which starts so. None of other events.
///
/// An agent or a pipeline that starts in an attempt is a tool of the agent whose attempt that is.
pub(super) fn part(parent: &tracing::Span, is_tool: bool, event: &Event<'_>) -> tracing::Span {
    let at = event.at();
    match *event {
        Event::PipelineStarted { pipeline, .. } if is_tool => {
            span!([parent: parent,] "execute_tool", format_args!("execute_tool {pipeline}"), at, {
                gen_ai.operation.name = "execute_tool",
                gen_ai.tool.name = %pipeline,
                gen_ai.tool.type = "function",
                gen_ai.workflow.name = %pipeline,
            })
        }
        Event::PipelineStarted { pipeline, .. } => {
            span!([parent: parent,] "invoke_workflow", format_args!("invoke_workflow {pipeline}"), at, {
                gen_ai.operation.name = "invoke_workflow",
                gen_ai.workflow.name = %pipeline,
            })
        }
        Event::FanOutStarted { kind, of, agent, width, policy, .. } => {
            span!([parent: parent,] "fan_out", format_args!("{kind} {agent}"), at, {
                handoff.fan_out.kind = %kind,
                handoff.fan_out.of = of,
                handoff.fan_out.agent = %agent,
                handoff.fan_out.width = int(width),
                handoff.barrier.policy = %policy,
                handoff.barrier.needed = int(policy.needed(width)),
                handoff.barrier.succeeded = Empty,
                handoff.barrier.failed = Empty,
                handoff.barrier.stopped = Empty,
            })
        }
        Event::TaskStarted { agent, index, label, .. } => {
            span!([parent: parent,] "task", format_args!("task {agent}"), at, {
                handoff.agent = %agent,
                handoff.index = int(index),
                handoff.label = label,
                handoff.recovered = Empty,
            })
        }
        Event::RoundStarted { round, most, .. } => {
            span!([parent: parent,] "round", "round", at, {
                handoff.round = int(round),
                handoff.rounds = int(most),
                handoff.converged = Empty,
            })
        }
        Event::FallbackStarted { agent, error, .. } => {
            span!([parent: parent,] "fallback", format_args!("fallback {agent}"), at, {
                handoff.agent = %agent,
                handoff.fallback.after = error.kind().as_str(),
            })
        }
        Event::AttemptStarted { .. } => attempt(parent, is_tool, event),
        _ => tracing::Span::none(),
    }
}

fn attempt(parent: &tracing::Span, is_tool: bool, event: &Event<'_>) -> tracing::Span {
    let Event::AttemptStarted { at, agent, attempt, attempts, tokens, input_budget, max_output_tokens } =
        *event
    else {
        return tracing::Span::none();
    };
    macro_rules! span_named {
        ($kind:literal, { $($fields:tt)* }) => {
            span!([parent: parent,] $kind, format_args!(concat!($kind, " {}"), agent), at, {
                gen_ai.operation.name = $kind,
                $($fields)*
                gen_ai.agent.name = %agent,
                gen_ai.output.type = "json",
                gen_ai.request.max_tokens = max_output_tokens.map(int),
                gen_ai.response.finish_reasons = Empty,
                gen_ai.response.model = Empty,
                gen_ai.usage.input_tokens = Empty,
                gen_ai.usage.output_tokens = Empty,
                handoff.span_id = %at.span,
                handoff.role = agent.role.as_str(),
                handoff.attempt = int(attempt),
                handoff.attempts = int(attempts),
                handoff.retry_in_ms = Empty,
                handoff.input.tokens = int(tokens.count),
                handoff.input.budget = input_budget.map(int),
                handoff.output.target = Empty,
                handoff.output.contract = Empty,
                handoff.output.schema = Empty,
                handoff.output.tokens = Empty,
                handoff.output.confidence = Empty,
                handoff.output.warnings = Empty,
            })
        };
    }
    if is_tool {
        span_named!("execute_tool", { gen_ai.tool.name = %agent, gen_ai.tool.type = "function", })
    } else {
        span_named!("invoke_agent", {})
    }
}
