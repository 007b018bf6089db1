//! Spans of runs through the crate `tracing`, for OpenTelemetry and others.
//!
//! This module needs the feature `tracing`.
//!
//! A run is a tree of spans, which follows the [semantic
//! conventions](https://github.com/open-telemetry/semantic-conventions-genai) of OpenTelemetry for generative
//! AI as far as they go. They are under development. Attributes that they do not define are named
//! `handoff.*`.
//!
//! ```text
//! invoke_workflow study                     the run
//! ├─ invoke_agent plan                      an attempt of an agent: a second one stands beside it
//! ├─ invoke_agent plan
//! │  ├─ execute_tool look_up                a tool that it calls: an attempt of that agent
//! │  └─ execute_tool find_out               also a pipeline
//! ├─ fan_out investigate                    also `join` and `race`
//! │  ├─ task investigate                    a task, or a branch
//! │  │  └─ invoke_workflow investigate      a pipeline that is a stage of another
//! │  │     ├─ invoke_agent search
//! │  │     └─ round                         of a `repeat`
//! │  │        └─ invoke_agent read
//! │  └─ task investigate
//! └─ fallback publish_later                 the next alternative of an `or`
//!    └─ invoke_agent publish_later
//! ```
//!
//! The first word is the name of the span for a subscriber's filters; joins and races are named `fan_out`. If
//! a span is filtered out, its children belong to the enclosing span.
//!
//! The span of an attempt contains the agent's own spans and events, even on a thread that it blocks, and the
//! runs that it [starts](crate::Runtime#runs-in-agents).
//!
//! # OpenTelemetry
//!
//! No crate of OpenTelemetry is a dependency of `handoff`: the program sets up the exporter, and lets it use
//! the span ids of `handoff`. This module of the examples does so; `triage` sends its runs to a viewer with
//! it:
//!
//! ```ignore
#![doc = include_str!("../../examples/src/telemetry.rs")]
//! ```
//!
//! ```ignore
//! let provider = telemetry::install()?;
//! let runtime = Runtime::builder().propagator(telemetry::Ids::default()).build();
//! // …
//! provider.shutdown()?;
//! ```
//!
//! ```toml
//! handoff = { version = "0.1", features = ["tracing"] }
//! opentelemetry = "0.33"
//! opentelemetry_sdk = "0.33"
//! opentelemetry-otlp = "0.33" # over HTTP, and for TLS with its feature `reqwest-rustls`
//! tracing = "0.1"
//! tracing-opentelemetry = "0.34"
//! tracing-subscriber = "0.3"
//! ```
//!
//! With that there is one trace, and its ids are the same everywhere:
//!
//! - A run that is polled in a span is part of that span's trace, and a run with a
//!   [`traceparent`](crate::Run::traceparent) is part of that trace; any other run is the root of a trace of
//!   its own.
//! - [`Run::trace_id`](crate::Run::trace_id) is the id of the trace that is exported. If it is called before
//!   the run is polled, the id is fixed then: a run that is later polled in a span of another trace is linked
//!   to that span and not part of it.
//! - [`Context::traceparent`](crate::Context::traceparent) names the exported span of the attempt, and says
//!   whether it is sampled: what the agent asks of others is part of it.
//! - The spans of [events](crate::Event) have the ids that are exported.
//!
//! # Status
//!
//! | | status | |
//! |---|---|---|
//! | succeeded | `OK` | |
//! | failed | `ERROR`, with the error in a line | `error.type` is its [kind](crate::ErrorKind::as_str) |
//! | stopped: with its barrier, its run, or by whoever cancelled that | unset | `handoff.stopped` is `true` |
//! | recovered: `recover` stood in for a task's failure | unset | `handoff.recovered` is `true` |
//!
//! An attempt that is followed by another one has failed all the same.
//!
//! # Attributes
//!
//! | span | attribute | |
//! |---|---|---|
//! | all | `error.type`, `handoff.stopped` | see above |
//! | | `handoff.task` | the [task](crate::TaskPath) that it is in or is: `2.0` |
//! | `invoke_workflow` | `gen_ai.operation.name` | `invoke_workflow` |
//! | | `gen_ai.workflow.name` | the pipeline |
//! | of a run | `handoff.trace_id`, `handoff.parent_id` | the trace; the span that the run was told or found around it |
//! | | `handoff.usage.input_tokens`, `handoff.usage.output_tokens` | what its models took in all |
//! | `invoke_agent` | `gen_ai.operation.name` | `invoke_agent` |
//! | | `gen_ai.agent.name` | the agent |
//! | | `gen_ai.output.type` | `json` |
//! | | `gen_ai.request.max_tokens` | its `max_output_tokens` |
//! | | `gen_ai.usage.input_tokens`, `gen_ai.usage.output_tokens` | what its models took, if it said so |
//! | | `gen_ai.response.model` | the model that answered, if it said so |
//! | | `gen_ai.response.finish_reasons` | why that stopped: one, as a text |
//! | | `handoff.span_id` | the id that [`Context::traceparent`](crate::Context::traceparent) tells |
//! | | `handoff.role` | its role |
//! | | `handoff.attempt`, `handoff.attempts` | which attempt, from 1; how many there may be |
//! | | `handoff.retry_in_ms` | the pause before the next one |
//! | | `handoff.input.tokens`, `handoff.input.budget` | the size of what it was handed; its `input_budget` |
//! | | `handoff.output.target` | who is handed its output; of a tool, the agent that calls it |
//! | | `handoff.output.contract`, `handoff.output.schema` | the contract of that, and its fingerprint |
//! | | `handoff.output.tokens`, `handoff.output.confidence` | the size of that; how sure it is |
//! | | `handoff.output.warnings` | how much has been noticed on the way to it |
//! | `execute_tool` | `gen_ai.operation.name` | `execute_tool` |
//! | | `gen_ai.tool.name`, `gen_ai.tool.type` | the agent or pipeline that is called; `function` |
//! | | all others of `invoke_agent` or `invoke_workflow` | |
//! | `fan_out`, `join`, `race` | `handoff.fan_out.kind` | which of them |
//! | | `handoff.fan_out.agent` | what each item goes through; of a join or race, the pipeline |
//! | | `handoff.fan_out.of`, `handoff.fan_out.width` | what is fanned out, as it is written; tasks, or branches |
//! | | `handoff.barrier.policy`, `handoff.barrier.needed` | as it is written; how many have to succeed |
//! | | `handoff.barrier.succeeded`, `….failed`, `….stopped` | how many tasks did |
//! | `task` | `handoff.agent`, `handoff.index` | what its item goes through; its index |
//! | | `handoff.label` | its name |
//! | `round` | `handoff.round`, `handoff.rounds` | which, from 1; how many there may be |
//! | | `handoff.converged` | whether `until` said that it was the last |
//! | `fallback` | `handoff.agent` | the alternative |
//! | | `handoff.fallback.after` | the kind of the error that it is called after |
//!
//! `gen_ai.provider.name` and `gen_ai.tool.call.id` are missing, since nobody says them to `handoff`. An agent that opens a
//! span for its request can say the former.
//!
//! # Events
//!
//! | event | level | |
//! |---|---|---|
//! | `run started`, `run ended` | `INFO`; `ERROR` for a failed run | `pipeline`, `outcome`, `elapsed_ms`, `model_tokens`, `reason` |
//! | `attempt failed` | `WARN` | `agent`, `attempt`, `reason`, `retry_in_ms` |
//! | `warning` | `WARN` | `agent`, `kind`, `reason` |
//! | `handoff` | `DEBUG` | `source`, `receiver`, `contract`, `schema`, `tokens`, `encoding`, `confidence` |
//! | `gate` | `DEBUG` | `agent`, `confidence`, `threshold`, `passed` |
//! | `progress` | `TRACE` | `agent`, `attempt`, `done` |
//!
//! The arguments of a tool call are a `handoff` event in the span of the calling attempt, and not among its
//! `handoff.output.*`.
//!
//! A warning of an agent is shown in full; one of the run itself says what failed, and the span of the failed
//! part says why.
//!
//! Each has the `trace_id` and, in a fan-out, the `task`. Target and spans are `handoff`; spans have the level `INFO`.
//!
//! # Payloads
//!
//! No span and no event contains any part of a payload: neither values, nor keys of maps, nor the names of
//! unknown fields; `*` stands for the last two. The names of agents, pipelines, contracts and fields are the
//! program's. Labels, errors and warnings of agents, and messages of panics are the user's own words, and are
//! shown as they are.

use crate::trace::{SpanId, TraceId, TraceParent};
use std::cell::Cell;

/// Connects the ids of runs with those of an exporter of spans.
///
/// See [`Builder::propagator`](crate::Builder::propagator), and the [example](self#opentelemetry) of the
/// module.
///
/// Spans of `tracing` have no ids outside the process; an exporter gives them some. With a propagator a run
/// learns the ids of the surrounding span, and gives the exporter those of a trace that began elsewhere.
///
/// A panic in it is caught, and does not affect the run.
pub trait Propagator: Send + Sync + 'static {
    /// Returns the span that is entered on this thread, by the ids with which it is exported.
    fn current(&self) -> Option<TraceParent>;

    /// Calls `open` so that a span opened in it has this parent, or none, whichever span is entered.
    fn within(&self, parent: Option<TraceParent>, open: &mut dyn FnMut());
}

/// Returns the ids of the span of a run, or of a part of one, that is being opened on this thread.
///
/// They are the ids that [`Run::trace_id`](crate::Run::trace_id),
/// [`Context::traceparent`](crate::Context::traceparent) and the [events](crate::Event) show. It is `None`
/// while any other span is opened. The id generator of an exporter calls this before it draws a random id.
#[must_use]
pub fn opening() -> Option<(TraceId, SpanId)> {
    OPENING.get()
}

thread_local! {
    static OPENING: Cell<Option<(TraceId, SpanId)>> = const { Cell::new(None) };
}

/// Calls `open` while that span is being opened.
pub(crate) fn open<T>(span: (TraceId, SpanId), open: impl FnOnce() -> T) -> T {
    struct Before(Option<(TraceId, SpanId)>);

    impl Drop for Before {
        fn drop(&mut self) {
            OPENING.set(self.0);
        }
    }

    let _before = Before(OPENING.replace(Some(span)));
    open()
}
