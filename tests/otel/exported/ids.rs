//! The trace that handoff tells of is the one that is exported, and so are the ids in `traceparent`.

use super::support::{Exporting, is_root, runtime};
use handoff::prelude::*;
use handoff::telemetry::Propagator as _;
use handoff_examples::telemetry::Ids;
use tracing::Instrument as _;

#[agent]
async fn tell((): (), cx: Context) -> String {
    tokio::task::yield_now().await;
    cx.traceparent().to_string()
}

pipeline! { pub told(()) -> String { tell } }

const HEADER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// As `traceparent` of the exported span of the attempt.
fn of_the_attempt(exporting: &Exporting) -> String {
    let span = exporting.span("invoke_agent tell");
    format!("00-{}-{}-01", span.span_context.trace_id(), span.span_context.span_id())
}

#[tokio::test]
async fn without_a_span_around_it_the_run_is_a_root_with_its_own_id() {
    let exporting = Exporting::new();
    let run = runtime().run(told, ());
    let before = run.trace_id();
    let result = run.await.unwrap();
    assert_eq!(before, result.trace_id);
    let root = exporting.span("invoke_workflow told");
    assert!(is_root(&root));
    assert_eq!(root.span_context.trace_id().to_string(), before.to_string());
    assert_eq!(result.payload, of_the_attempt(&exporting));
}

#[tokio::test]
async fn in_a_span_the_run_goes_on_with_its_trace() {
    let exporting = Exporting::new();
    let request = tracing::info_span!("request");
    let result = runtime().run(told, ()).instrument(request).await.unwrap();
    let (request, run) = (exporting.span("request"), exporting.span("invoke_workflow told"));
    assert!(is_root(&request));
    assert_eq!(run.parent_span_id, request.span_context.span_id());
    assert_eq!(run.span_context.trace_id(), request.span_context.trace_id());
    assert_eq!(result.trace_id.to_string(), request.span_context.trace_id().to_string());
    assert_eq!(result.payload, of_the_attempt(&exporting));
}

#[tokio::test]
async fn a_trace_that_began_elsewhere_goes_on_without_a_span_around_the_run() {
    let exporting = Exporting::new();
    let result = runtime().run(told, ()).traceparent(HEADER.parse().unwrap()).await.unwrap();
    let run = exporting.span("invoke_workflow told");
    assert_eq!(run.span_context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(run.parent_span_id.to_string(), "b7ad6b7169203331");
    assert!(run.parent_span_is_remote);
    assert_eq!(result.payload, of_the_attempt(&exporting));
}

#[tokio::test]
async fn it_goes_on_through_a_span_of_the_same_trace() {
    let exporting = Exporting::new();
    let parent: TraceParent = HEADER.parse().unwrap();
    // As a server does it.
    let mut request = tracing::Span::none();
    Ids::default().within(Some(parent), &mut || request = tracing::info_span!("request"));
    let run = runtime().run(told, ()).traceparent(parent);
    run.instrument(request).await.unwrap();
    let (request, run) = (exporting.span("request"), exporting.span("invoke_workflow told"));
    assert_eq!(request.parent_span_id.to_string(), "b7ad6b7169203331");
    assert_eq!(run.parent_span_id, request.span_context.span_id());
    assert_eq!(run.links.len(), 0);
}

#[tokio::test]
async fn it_goes_on_in_spite_of_a_span_of_another_trace() {
    let exporting = Exporting::new();
    let request = tracing::info_span!("request");
    let run = runtime().run(told, ()).traceparent(HEADER.parse().unwrap());
    let result = run.instrument(request).await.unwrap();
    let (request, run) = (exporting.span("request"), exporting.span("invoke_workflow told"));
    assert_eq!(run.span_context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(run.parent_span_id.to_string(), "b7ad6b7169203331");
    assert_eq!(run.links.iter().map(|link| &link.span_context).collect::<Vec<_>>(), [&request.span_context]);
    assert_eq!(result.payload, of_the_attempt(&exporting));
}

#[tokio::test]
async fn an_id_that_somebody_has_asked_for_stays() {
    let exporting = Exporting::new();
    let run = runtime().run(told, ());
    let asked = run.trace_id();
    let result = run.instrument(tracing::info_span!("request")).await.unwrap();
    let (request, run) = (exporting.span("request"), exporting.span("invoke_workflow told"));
    assert_eq!((asked, asked.to_string()), (result.trace_id, run.span_context.trace_id().to_string()));
    assert!(is_root(&run));
    assert_ne!(run.span_context.trace_id(), request.span_context.trace_id());
    assert_eq!(run.links.iter().map(|link| &link.span_context).collect::<Vec<_>>(), [&request.span_context]);
    assert_eq!(result.payload, of_the_attempt(&exporting));
}

#[tokio::test]
async fn asked_for_in_a_span_it_is_that_of_the_span() {
    let exporting = Exporting::new();
    let request = tracing::info_span!("request");
    let run = runtime().run(told, ());
    let asked = request.in_scope(|| run.trace_id());
    // Polled elsewhere, where no span is.
    run.await.unwrap();
    drop(request);
    let (request, run) = (exporting.span("request"), exporting.span("invoke_workflow told"));
    assert_eq!(asked.to_string(), request.span_context.trace_id().to_string());
    assert_eq!(run.span_context.trace_id(), request.span_context.trace_id());
    assert_eq!(run.parent_span_id, request.span_context.span_id());
}

#[tokio::test]
async fn what_the_caller_does_not_sample_is_not_exported_and_says_so_to_others() {
    let exporting = Exporting::new();
    let unsampled = HEADER.replace("-01", "-00");
    let result = runtime().run(told, ()).traceparent(unsampled.parse().unwrap()).await.unwrap();
    assert!(exporting.spans().is_empty());
    assert!(result.payload.ends_with("-00"), "{}", result.payload);
}

#[tokio::test]
async fn without_an_exporter_runs_have_ids_of_their_own() {
    let run = runtime().run(told, ());
    let id = run.trace_id();
    assert_eq!(run.await.unwrap().trace_id, id);
}

#[agent]
async fn start((): (), cx: Context) -> Result<String, PipelineError> {
    let here = cx.run(told, ()).await?.payload;
    // Where no span is around it.
    let run = cx.run(told, ()).within(&cx);
    let elsewhere = tokio::spawn(run).await.expect("no panic")?.payload;
    Ok(format!("{here} {elsewhere}"))
}

pipeline! { pub starting(()) -> String { start } }

#[tokio::test]
async fn runs_that_agents_start_are_below_the_attempt_wherever_they_are_polled() {
    let exporting = Exporting::new();
    runtime().run(starting, ()).await.unwrap();
    let spans = exporting.spans();
    let attempt = exporting.span("invoke_agent start");
    let below = spans.iter().filter(|span| span.parent_span_id == attempt.span_context.span_id());
    assert_eq!(
        below.map(|span| &*span.name).collect::<Vec<_>>(),
        ["invoke_workflow told", "invoke_workflow told"]
    );
    let trace = attempt.span_context.trace_id();
    assert!(spans.iter().all(|span| span.span_context.trace_id() == trace));
}
