//! Runs for programs.

use handoff_log::{Cause, LoggedGate, LoggedRun, RunLog, Settled, Span, SpanKind};
use serde_json::{Value, json};

use super::failures::{self, Group};

/// Levels that are gone into: a log may come from anywhere, and JSON that deep is not read back. What is left out is
/// counted.
const DEEPEST: usize = 50;

pub(super) fn log(log: &RunLog, runs: &[&LoggedRun]) -> Value {
    let skipped = log.skipped;
    json!({
        "runs": runs.iter().map(|of| run(of)).collect::<Vec<_>>(),
        "skipped": {
            "unknown": skipped.unknown,
            "broken": skipped.broken,
            "stray": skipped.stray,
            "half": skipped.half,
        },
        "lost": log.lost(),
    })
}

fn run(run: &LoggedRun) -> Value {
    let end = run.end.as_ref();
    let warnings: Vec<_> = run
        .warnings
        .iter()
        .map(|warning| json!({ "agent": &*warning.agent, "kind": warning.kind.as_deref(), "message": &*warning.message }))
        .collect();
    json!({
        "run": run.number,
        "trace": run.trace.to_string(),
        "pipeline": &*run.pipeline,
        "wall": run.wall,
        "end": run.outcome(),
        "elapsed_us": u64::try_from(run.elapsed().as_micros()).unwrap_or(u64::MAX),
        "usage": end.map(|end| end.usage),
        "by": end.and_then(|end| end.by.as_deref()),
        "path": run.path.as_ref().map(ToString::to_string),
        "why": end.and_then(|end| end.why.as_ref()),
        "error": end.and_then(|end| end.error.as_deref()),
        "cause": run.cause().map(|of| cause(run, of)),
        "failures": failures::for_good(run).iter().map(group).collect::<Vec<_>>(),
        "retries": failures::tried_again(run).iter().map(group).collect::<Vec<_>>(),
        "warnings": warnings,
        "gates": run.gates.iter().map(|of| gate(run, of)).collect::<Vec<_>>(),
        "spans": run.children(LoggedRun::ROOT).map(|(index, of)| span(run, index, of, 1)).collect::<Vec<_>>(),
    })
}

fn group(group: &Group<'_>) -> Value {
    json!({
        "agent": group.agent,
        "kind": group.kind,
        "count": group.count,
        "message": group.message,
        "violations": group.violations,
        "first": group.places,
    })
}

/// Where the run failed: at a gate, whose span is what it is in, or in a span.
fn cause(run: &LoggedRun, cause: Cause) -> Value {
    match cause {
        Cause::Gate(index) => json!({ "is": "gate", "gate": gate(run, &run.gates[index]) }),
        Cause::Span(index) => {
            let span = &run.spans[index];
            json!({ "is": is(&span.kind), "span": span.id.to_string(), "agent": span.agent() })
        }
        _ => Value::Null,
    }
}

fn gate(run: &LoggedRun, gate: &LoggedGate) -> Value {
    json!({
        "at_us": gate.t,
        "span": run.spans[gate.span].id.to_string(),
        "agent": &*gate.agent,
        "confidence": gate.confidence,
        "threshold": gate.threshold,
        "passed": gate.passed,
    })
}

fn span(run: &LoggedRun, index: usize, span: &Span, depth: usize) -> Value {
    let mut value = json!({
        "span": span.id.to_string(),
        "is": is(&span.kind),
        "start_us": span.start,
        "elapsed_us": span.micros(),
        "end": span.outcome,
    });
    let mut add = |key: &str, of: Value| {
        if !of.is_null() {
            value[key] = of;
        }
    };
    add("agent", json!(span.agent()));
    add("path", json!(span.path.as_ref().map(ToString::to_string)));
    add("why", json!(span.why));
    match &span.kind {
        SpanKind::FanOut(fan_out) => {
            add("of", json!(fan_out.of.as_deref()));
            add("width", json!(fan_out.width));
            add("policy", json!(fan_out.policy.as_deref()));
            let settled = fan_out.settled.map(|settled| {
                let Settled { succeeded, failed, stopped, .. } = settled;
                json!({ "succeeded": succeeded, "failed": failed, "stopped": stopped })
            });
            add("settled", json!(settled));
        }
        SpanKind::Task { index, label, .. } => {
            add("index", json!(index));
            add("label", json!(label.as_deref()));
        }
        SpanKind::Call(call) => {
            add("attempt", json!(call.attempt));
            add("attempts", json!(call.attempts));
            add("in_tokens", json!(call.in_tokens));
            add("usage", json!(call.usage));
            add("model", json!(call.model.as_deref()));
            add("finish", json!(call.finish.as_deref()));
            add("retry_ms", json!(call.retry_ms));
        }
        SpanKind::Round { round, most, converged } => {
            add("round", json!(round));
            add("most", json!(most));
            add("converged", json!(converged));
        }
        SpanKind::Else { failed, .. } => add("failed", json!(failed.as_deref())),
        _ => {}
    }
    if depth == DEEPEST {
        add("spans_left_out", json!(super::below(run, index)));
    } else {
        let within = run.children(index).map(|(index, of)| self::span(run, index, of, depth + 1));
        let within: Vec<_> = within.collect();
        add("spans", if within.is_empty() { Value::Null } else { json!(within) });
    }
    value
}

fn is(kind: &SpanKind) -> Value {
    json!(match kind {
        SpanKind::Run => "run",
        SpanKind::Pipeline { .. } => "pipeline",
        SpanKind::FanOut(fan_out) => return json!(fan_out.kind),
        SpanKind::Task { .. } => "task",
        SpanKind::Call(_) => "call",
        SpanKind::Round { .. } => "round",
        SpanKind::Else { .. } => "else",
        _ => "unknown",
    })
}
