//! Calls of tools.

use super::support::{Exporting, runtime};
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
    let (asker, tool) = (exporting.span("invoke_agent ask"), exporting.span("invoke_agent look_up"));
    assert_eq!((output_of(&asker), output_of(&tool)), (vec![], vec!["ask".to_owned()]));
    assert_eq!(tool.parent_span_id, asker.span_context.span_id());
}
