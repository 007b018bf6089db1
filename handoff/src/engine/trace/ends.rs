//! Spans as they end.

use super::instants;
use super::spans::Open;
use super::values::{int, ms};
use crate::engine::observer::{AttemptOutcome, Event, Outcome, PartOutcome};
use crate::engine::words::{of_error, words};
use crate::error::ErrorKind;
use crate::trace::TraceId;
use std::fmt::Display;
use tracing::Span;
use tracing::field::display;

/// A part has ended, or the run.
pub(super) fn part(open: &Open, trace_id: TraceId, event: &Event<'_>) {
    instants::show(open, trace_id, event);
    let span = &open.span;
    match *event {
        Event::RunEnded { outcome, usage, .. } => {
            span.record("handoff.usage.input_tokens", int(usage.input_tokens));
            span.record("handoff.usage.output_tokens", int(usage.output_tokens));
            match outcome {
                Outcome::Succeeded => succeeded(span),
                Outcome::Dropped => stopped(span),
                Outcome::Failed(error) => failed(span, error.kind(), &of_error(error)),
            }
        }
        Event::FanOutEnded { succeeded, failed, stopped, outcome, .. } => {
            span.record("handoff.barrier.succeeded", int(succeeded));
            span.record("handoff.barrier.failed", int(failed));
            span.record("handoff.barrier.stopped", int(stopped));
            ended(span, outcome);
        }
        Event::RoundEnded { outcome, converged, .. } => {
            span.record("handoff.converged", converged);
            ended(span, outcome);
        }
        Event::PipelineEnded { outcome, .. }
        | Event::TaskEnded { outcome, .. }
        | Event::FallbackEnded { outcome, .. } => ended(span, outcome),
        Event::AttemptEnded { usage, model, finish_reason, outcome, .. } => {
            if let Some(usage) = usage {
                span.record("gen_ai.usage.input_tokens", int(usage.input_tokens));
                span.record("gen_ai.usage.output_tokens", int(usage.output_tokens));
            }
            span.record("gen_ai.response.model", model);
            span.record("gen_ai.response.finish_reasons", finish_reason.map(display));
            match outcome {
                AttemptOutcome::Succeeded => succeeded(span),
                AttemptOutcome::Stopped => stopped(span),
                AttemptOutcome::Failed { error, retry_in } => {
                    span.record("handoff.retry_in_ms", retry_in.map(ms));
                    failed(span, error, &words(error));
                }
            }
        }
        _ => {}
    }
}

fn ended(span: &Span, outcome: PartOutcome<'_>) {
    match outcome {
        PartOutcome::Succeeded => succeeded(span),
        PartOutcome::Stopped => stopped(span),
        PartOutcome::Failed(error) => failed(span, error.kind(), &of_error(error)),
        PartOutcome::Recovered => {
            span.record("handoff.recovered", true);
        }
    }
}

fn succeeded(span: &Span) {
    span.record("otel.status_code", "OK");
}

fn failed(span: &Span, kind: &ErrorKind, reason: &dyn Display) {
    if let ErrorKind::Cancelled { .. } = kind {
        return stopped(span);
    }
    span.record("error.type", kind.as_str());
    span.record("otel.status_code", "ERROR");
    span.record("otel.status_description", display(reason));
}

/// From outside: nobody in it is at fault.
fn stopped(span: &Span) {
    span.record("handoff.stopped", true);
}
