//! Where failed runs failed, as their logs say it.

use std::future::pending;
use std::time::Duration;

use handoff::prelude::*;
use handoff::{Limits, Run, Usage};
use handoff_log::{Cause, Log, RunLog, SpanKind};

use super::support::{file, only_run};

#[contract]
pub struct Note {
    pub text: String,
    #[confidence]
    #[serde(default)]
    pub sure: f64,
}

/// Fails at first; then hangs, or is as sure as it was told.
#[agent(retries = 1, backoff = "none", timeout = "none")]
async fn plan(sure: f64, cx: Context) -> Result<Note, &'static str> {
    match cx.attempt() {
        1 => Err("no idea yet"),
        _ if sure < 0.0 => pending().await,
        _ => Ok(Note { text: "a plan".to_owned(), sure }),
    }
}

/// Takes what is short, and breaks then.
#[agent(input_budget = 40)]
async fn judge(_: Note) -> Result<Note, &'static str> {
    Err("no judgement")
}

#[agent]
async fn lengthen(note: Note) -> Note {
    Note { text: note.text.repeat(40), ..note }
}

#[agent]
async fn wave(note: Note) -> Note {
    note
}

#[agent(output = String, retries = 1, backoff = "none")]
async fn spend(_: String, cx: Context) -> Result<Reply, &'static str> {
    if cx.attempt() == 1 { Err("no model yet") } else { Ok(Reply::new("x").usage(Usage::new(90, 20))) }
}

pipeline! { sure(f64) -> Note { plan => gate(confidence >= 0.5) => judge } }
pipeline! { long(f64) -> Note { plan => judge or wave => lengthen => judge } }
pipeline! { judged(Note) -> Note { judge } }
pipeline! { costly(String) -> String { spend } }
pipeline! {
    parts(Vec<f64>) -> Vec<Note> { fan_out(|parts| parts) sure => barrier(all) }
}

/// Where a run failed, by its log.
async fn cause<T>(test: &str, start: impl FnOnce(&Runtime) -> Run<T>) -> String {
    let path = file(test);
    let log = Log::create(&path).unwrap();
    let limits = Limits::default().deadline(Duration::from_mins(1)).model_tokens(100);
    let runtime = Runtime::builder().observer(log.clone()).limits(limits).build();
    assert!(start(&runtime).await.is_err());
    log.flush().unwrap();
    let read = RunLog::open(&path).unwrap();
    let run = only_run(&read);
    match run.cause() {
        None => "the run".to_owned(),
        Some(Cause::Gate(gate)) => format!("the gate after {}", run.gates[gate].agent),
        Some(Cause::Span(span)) => {
            let span = &run.spans[span];
            let SpanKind::Call(call) = &span.kind else { panic!("{span:?}") };
            format!("attempt {} of {}", call.attempt, call.agent)
        }
        Some(other) => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_tried_again_is_not_to_blame_for_what_came_after() {
    let hangs = cause("cause_deadline", |runtime| runtime.run(sure, -1.0)).await;
    assert_eq!(hangs, "the run");
    let doubtful = cause("cause_gate", |runtime| runtime.run(sure, 0.25)).await;
    assert_eq!(doubtful, "the gate after plan");
    let spends = cause("cause_tokens", |runtime| runtime.run(costly, String::new())).await;
    assert_eq!(spends, "attempt 2 of spend");
}

#[tokio::test(start_paused = true)]
async fn a_run_fails_where_its_task_did() {
    let doubtful = cause("cause_task_gate", |runtime| runtime.run(parts, vec![0.25, 0.25])).await;
    assert_eq!(doubtful, "the gate after plan");
    let fails = cause("cause_task", |runtime| runtime.run(parts, vec![1.0, 1.0])).await;
    assert_eq!(fails, "attempt 1 of judge");
}

/// Whoever may not be handed that much has made no attempt, or one before, of which the run has not failed.
#[tokio::test(start_paused = true)]
async fn what_is_too_much_for_the_next_one_is_no_failure_of_its_attempts() {
    let lengthened = cause("cause_output", |runtime| runtime.run(long, 1.0)).await;
    assert_eq!(lengthened, "attempt 1 of lengthen");
    let input = Note { text: "much".repeat(40), sure: 1.0 };
    let handed_in = cause("cause_input", |runtime| runtime.run(judged, input)).await;
    assert_eq!(handed_in, "the run");
}
