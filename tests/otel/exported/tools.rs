//! Calls of tools.

use super::support::{Exporting, runtime};
use expect_test::expect_file;
use handoff::prelude::*;
use opentelemetry_sdk::trace::SpanData;

#[agent]
async fn look_up(word: String) -> String {
    word
}

#[agent(tools(look_up))]
async fn ask(word: String, cx: Context) -> Result<String, String> {
    cx.call_tool("look_up", format!("{word:?}")).await.map_err(|error| error.to_string())?;
    Err("it is of no use".to_owned())
}

pipeline! { pub asking(String) -> String { ask } }

fn output_of(span: &SpanData) -> Vec<String> {
    let fields = span.attributes.iter().filter(|field| field.key.as_str() == "handoff.output.target");
    fields.map(|field| field.value.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_tool_is_called_with_is_no_output() {
    let exporting = Exporting::new();
    runtime().run(asking, "tides".to_owned()).await.unwrap_err();
    let (asker, tool) = (exporting.span("invoke_agent ask"), exporting.span("execute_tool look_up"));
    assert_eq!((output_of(&asker), output_of(&tool)), (vec![], vec!["ask".to_owned()]));
    assert_eq!(tool.parent_span_id, asker.span_context.span_id());
}

#[agent(retries = 1)]
async fn measure(word: String, cx: Context) -> Result<usize, String> {
    if cx.attempt() == 1 { Err("the scales are wet".to_owned()) } else { Ok(word.len()) }
}

#[agent]
async fn double(size: usize) -> usize {
    2 * size
}

pipeline! { pub weigh(String) -> usize { measure => double } }

pipeline! { pub alone(String) -> String { look_up } }

/// Calls an agent and a pipeline, and runs another one.
#[agent(tools(measure, weigh))]
async fn consult(word: String, cx: Context) -> Result<String, BoxError> {
    let word = runtime().run(alone, word).await?.payload;
    let size = cx.call_tool("measure", format!("{word:?}")).await?;
    Ok(size + &cx.call_tool("weigh", format!("{word:?}")).await?)
}

pipeline! { pub consulting(String) -> String { consult } }

#[tokio::test(start_paused = true)]
async fn a_call_of_an_agent_or_a_pipeline_executes_a_tool() {
    let exporting = Exporting::new();
    let run = runtime().run(consulting, "tides".to_owned());
    assert_eq!(run.await.unwrap().payload, "510");
    expect_file!["tools.txt"].assert_eq(&exporting.tree());
}

#[tokio::test(start_paused = true)]
async fn it_does_so_where_nobody_wants_the_caller() {
    let exporting = Exporting::without("invoke_agent");
    runtime().run(asking, "tides".to_owned()).await.unwrap_err();
    let tool = exporting.span("execute_tool look_up");
    assert_eq!(tool.parent_span_id, exporting.span("invoke_workflow asking").span_context.span_id());
}
