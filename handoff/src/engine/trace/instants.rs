//! Events on spans.

use super::spans::Open;
use super::values::{int, ms};
use crate::engine::observer::{AttemptOutcome, Event, Outcome};
use crate::engine::words::{of_error, words};
use crate::error::ErrorKind;
use crate::trace::TraceId;
use tracing::field::display;

/// Shows it on the span of a part, if it is one to show so.
#[allow(clippy::too_many_lines)] // a table
pub(super) fn show(open: &Open, trace_id: TraceId, event: &Event<'_>) {
    let Open { span, is_own, is_attempt } = open;
    let at = event.at();
    macro_rules! show {
        ($level:ident $message:literal { $($fields:tt)* }) => {
            tracing::event!(
                target: "handoff", parent: span, tracing::Level::$level,
                %trace_id, task = super::values::task(at), $($fields)* $message
            )
        };
    }
    match *event {
        Event::RunStarted { pipeline, .. } => show!(INFO "run started" { pipeline, }),
        Event::RunResumed { pipeline, entries, .. } => show!(INFO "run resumed" { pipeline, entries, }),
        Event::RunEnded { pipeline, outcome, elapsed, usage, .. } => {
            let (elapsed_ms, model_tokens) = (ms(elapsed), int(usage.total()));
            match outcome {
                Outcome::Succeeded => show!(INFO "run ended" {
                    pipeline, outcome = "succeeded", elapsed_ms, model_tokens,
                }),
                // Somebody wanted it so.
                Outcome::Failed(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => {
                    show!(INFO "run ended" {
                        pipeline, outcome = "cancelled", elapsed_ms, model_tokens, reason = %of_error(error),
                    });
                }
                Outcome::Failed(error) => show!(ERROR "run ended" {
                    pipeline, outcome = "failed", elapsed_ms, model_tokens, reason = %of_error(error),
                }),
                Outcome::Dropped => show!(INFO "run ended" {
                    pipeline, outcome = "dropped", elapsed_ms, model_tokens,
                }),
            }
        }
        Event::AttemptEnded {
            agent, attempt, outcome: AttemptOutcome::Failed { error, retry_in }, ..
        } => {
            let (attempt, retry_in_ms) = (int(attempt), retry_in.map(ms));
            show!(WARN "attempt failed" { %agent, attempt, reason = %words(error), retry_in_ms, });
        }
        Event::Handoff {
            source,
            target,
            contract,
            schema,
            tokens,
            confidence,
            warnings,
            is_tool_call,
            ..
        } => {
            let (encoding, tokens, confidence) = (&*tokens.encoding, int(tokens.count), confidence.get());
            // Of an attempt it is the output, or what it calls a tool with.
            if *is_own && *is_attempt && !is_tool_call {
                span.record("handoff.output.target", display(target));
                span.record("handoff.output.contract", contract);
                span.record("handoff.output.schema", display(schema));
                span.record("handoff.output.tokens", tokens);
                span.record("handoff.output.confidence", confidence);
                span.record("handoff.output.warnings", int(warnings.len()));
            }
            show!(DEBUG "handoff" {
                %source, receiver = %target, contract, %schema, tokens, encoding, confidence,
            });
        }
        Event::SignalWaits { agent, id, .. } => show!(INFO "signal waits" { %agent, signal = %id, }),
        Event::Gate { agent, confidence, threshold, passed, .. } => {
            let (confidence, threshold) = (confidence.get(), threshold.get());
            show!(DEBUG "gate" { %agent, confidence, threshold, passed, });
        }
        Event::Warned { warning, .. } => {
            let (agent, kind) = (&warning.agent, warning.kind.as_str());
            // The run's own say what failed and, after a colon, why, in words that may have names of unknown fields in them.
            // The span of what failed says it without.
            let message = match warning.message.split_once(": ") {
                Some((what, _)) if !is_attempt => what,
                _ => &warning.message,
            };
            show!(WARN "warning" { %agent, kind, reason = message, });
        }
        Event::Progress { agent, attempt, done, .. } => {
            show!(TRACE "progress" { %agent, attempt = int(attempt), done = int(done), });
        }
        _ => {}
    }
}
