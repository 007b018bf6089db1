//! The whole tree of a run: names, parents, status, attributes.

use super::support::{Exporting, runtime};
use expect_test::{ExpectFile, expect_file};
use handoff::prelude::*;
use std::time::Duration;
use tracing::Instrument as _;

#[contract]
pub struct Plan {
    pub parts: Vec<Part>,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub struct Part {
    #[check(len(1..))]
    pub name: String,
    pub reads: u8,
}

#[agent(output = Plan, role = planner, retries = 2, max_output_tokens = 200, input_budget = 100)]
async fn plan(parts: String, cx: Context) -> Reply {
    let names = parts.split(' ').map(|name| format!(r#"{{"name":"{name}","reads":0}}"#));
    let parts = names.collect::<Vec<_>>().join(",");
    let json = match cx.attempt() {
        1 => r#"{"parts":[{"name":"","reads":0}],"confidence":0.9}"#.to_owned(),
        _ => format!(r#"{{"parts":[{parts}],"confidence":0.9}}"#),
    };
    Reply::new(json).usage(Usage::new(100, 20)).model("small-1")
}

#[agent(timeout = "30s")]
async fn read(part: Part) -> Result<Part, String> {
    match &*part.name {
        "broken" => Err("the page is torn".to_owned()),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Ok(part)
        }
        _ => Ok(Part { reads: part.reads + 1, ..part }),
    }
}

#[agent]
async fn note(part: Part, cx: Context) -> String {
    cx.warn("a footnote");
    part.name
}

pipeline! {
    pub study(Part) -> String {
        repeat(max = 3, until = |part| part.reads == 2) { read } => note
    }
}

#[agent]
async fn join_up(notes: Partial<String>) -> String {
    let joined = async {
        tokio::task::yield_now().await;
        notes.into_results().join(", ")
    };
    joined.instrument(tracing::info_span!("the agent's own")).await
}

#[agent]
async fn praise(_: String) -> Result<String, String> {
    Err("nothing to praise".to_owned())
}

#[agent]
async fn judge(text: String) -> String {
    text
}

#[agent]
async fn ponder(text: String) -> String {
    tokio::time::sleep(Duration::from_mins(1)).await;
    text
}

#[agent]
async fn publish((first, second): (String, String)) -> Result<String, String> {
    Err(format!("{} letters are too many", first.len() + second.len()))
}

#[agent]
async fn file((first, _): (String, String)) -> String {
    first
}

pipeline! {
    pub research(String) -> String {
        plan
            => gate(confidence >= 0.5)
            => fan_out(parts, label = |part| part.name.clone()) study
            => barrier(first = 2)
            => join_up
            => join(praise or judge, { race(judge, ponder) })
            => publish or file
    }
}

#[agent]
async fn count(parts: Vec<Part>) -> usize {
    parts.len()
}

fn blank(_: &Part, _: &TaskFailure) -> Part {
    Part { name: "blank".to_owned(), reads: 0 }
}

pipeline! {
    pub tolerant(String) -> usize {
        plan => fan_out(parts, recover = blank) read => barrier(all) => count
    }
}

fn check(exporting: &Exporting, expected: &ExpectFile) {
    expected.assert_eq(&exporting.tree());
}

#[tokio::test(start_paused = true)]
async fn a_run_of_every_kind_of_stage() {
    let exporting = Exporting::new();
    let run = runtime().run(research, "broken slow one two".to_owned());
    assert_eq!(run.await.unwrap().payload, "one, two");
    check(&exporting, &expect_file!["every_stage.txt"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_fails() {
    let exporting = Exporting::new();
    runtime().run(research, "broken broken broken one".to_owned()).await.unwrap_err();
    check(&exporting, &expect_file!["failed.txt"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled() {
    let exporting = Exporting::new();
    let run = runtime().run(research, "slow slow".to_owned());
    let handle = run.cancel_handle();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        handle.cancel();
    });
    run.await.unwrap_err();
    check(&exporting, &expect_file!["cancelled.txt"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_recovered() {
    let exporting = Exporting::new();
    let run = runtime().run(tolerant, "broken one".to_owned());
    assert_eq!(run.await.unwrap().payload, 2);
    check(&exporting, &expect_file!["recovered.txt"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_in_a_span_that_nobody_wants_is_in_the_one_around_it() {
    let exporting = Exporting::without("task");
    runtime().run(tolerant, "one two".to_owned()).await.unwrap();
    let fan_out = exporting.span("fan_out read").span_context.span_id();
    let spans = exporting.spans();
    let reads: Vec<_> = spans.iter().filter(|span| span.name == "invoke_agent read").collect();
    assert_eq!(reads.iter().map(|read| read.parent_span_id).collect::<Vec<_>>(), [fan_out; 2]);
    // What happens in a task that nobody sees is told of the fan-out.
    let handoffs = exporting.span("fan_out read").events;
    assert_eq!(handoffs.iter().filter(|event| event.name == "handoff").count(), 3);
}
