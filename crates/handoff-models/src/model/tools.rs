//! What a model may call, and what it is told of its calls.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use handoff::agent::{Tool, ToolError};
use handoff::{Context, FinishReason};

use crate::dialect::{Dialect, WrittenInput};
use crate::error::ModelErrorKind;
use crate::request::{Message, OfferedTool, ToolCall, ToolResult};

/// The tools of an agent, as a dialect writes them.
#[derive(Default)]
pub(super) struct Tools {
    tools: Vec<(&'static Tool, WrittenInput)>,
    /// How often the model may be asked.
    pub(super) max_turns: u32,
}

impl Tools {
    pub(super) fn of(cx: &Context, dialect: Dialect) -> Self {
        let tools = cx.tools();
        let inputs = tools.iter().map(|tool| (tool.input().into_owned(), tool.input_schema()));
        let tools = tools.iter().zip(dialect.write_inputs(inputs)).collect();
        Self { tools, max_turns: cx.max_turns().unwrap_or_default() }
    }

    pub(super) fn offered(&self) -> Vec<OfferedTool> {
        let offered = self.tools.iter().map(|(tool, input)| OfferedTool {
            name: tool.name().into_owned(),
            description: tool.description().to_owned(),
            schema: input.schema.clone(),
            strict: input.strict,
        });
        offered.collect()
    }

    /// Gemini takes no schema of the answer beside tools, but for its newest models.
    pub(super) fn dialect_of_the_answer(&self, dialect: Dialect) -> Dialect {
        if dialect == Dialect::Gemini && !self.tools.is_empty() { Dialect::Words } else { dialect }
    }

    /// Why the model is not asked once more.
    pub(super) fn too_many(&self, turns: u32) -> ModelErrorKind {
        if self.tools.is_empty() {
            // It calls what nobody has offered.
            return ModelErrorKind::Ended(FinishReason::Other("tool_calls".into()));
        }
        ModelErrorKind::TooManyTurns { turns }
    }

    /// Makes all calls at once. What came of them is in their order.
    pub(super) async fn call(&self, calls: Vec<ToolCall>, cx: &Context) -> Vec<ToolResult> {
        all(calls.into_iter().map(|call| self.call_one(call, cx))).await
    }

    async fn call_one(&self, call: ToolCall, cx: &Context) -> ToolResult {
        let ToolCall { id, tool, arguments, .. } = call;
        let input = self.tools.iter().find(|(known, _)| known.name() == tool).map(|(_, input)| input);
        let arguments = input.map_or_else(String::new, |input| input.read(&arguments));
        let (text, failed) = match cx.call_tool(&tool, arguments).await {
            Ok(json) => (json, false),
            Err(error) => {
                let note = match (&error, input) {
                    (ToolError::Arguments(_), Some(input)) => input.note_on_paths(),
                    _ => "",
                };
                (error.for_model() + note, true)
            }
        };
        ToolResult { id, tool, text, failed }
    }
}

/// Whether an answer that ends so is one that calls tools.
pub(super) fn is_of_calls(word: &str) -> bool {
    matches!(word, "tool_calls" | "tool_call" | "tool_use" | "function_call")
}

/// Gives an id to each call that has none, or that of an earlier one.
pub(super) fn tell_apart(calls: &mut [ToolCall], before: &[Message]) {
    let mut ids: Vec<String> =
        before.iter().flat_map(|message| &message.calls).map(|call| call.id.clone()).collect();
    for call in calls {
        if call.id.is_empty() || ids.contains(&call.id) {
            let mut number = ids.len() + 1;
            while ids.contains(&format!("call_{number}")) {
                number += 1;
            }
            call.id = format!("call_{number}");
        }
        ids.push(call.id.clone());
    }
}

/// What comes of futures that are all awaited at once, in their order.
async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Result<F::Output, Pin<Box<F>>>> =
        futures.map(|future| Err(Box::pin(future))).collect();
    poll_fn(|cx| {
        for slot in &mut waiting {
            if let Err(future) = slot
                && let Poll::Ready(output) = future.as_mut().poll(cx)
            {
                *slot = Ok(output);
            }
        }
        if waiting.iter().all(Result::is_ok) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(Result::ok).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart() {
        let before = [Message::calls("", vec![ToolCall::new("a", "{}").id("call_2")])];
        let mut calls = ["", "x", "x", "call_2"].map(|id| ToolCall::new("a", "{}").id(id));
        tell_apart(&mut calls, &before);
        assert_eq!(calls.map(|call| call.id), ["call_3", "x", "call_4", "call_5"]);
    }
}
