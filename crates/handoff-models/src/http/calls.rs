//! Calls of tools, as they come: at once or in pieces, each provider with an order of its own.

#[cfg(test)]
mod tests;

use handoff::Contract as _;
use serde_json::Value;

use crate::json::Json;
use crate::request::ToolCall;

/// The calls of an answer so far.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
    /// What goes back with the first of them.
    echo: Echo,
}

#[derive(Debug)]
struct Call {
    /// What later pieces of it are told by.
    index: Option<u64>,
    call: ToolCall,
}

/// The thoughts that led to the calls.
#[derive(Debug, Default)]
enum Echo {
    #[default]
    Nothing,
    Text(String),
    Blocks(Vec<Value>),
}

impl Calls {
    /// A call begins, which has this index among the parts of the answer, if they are numbered.
    pub(super) fn begin(&mut self, index: Option<u64>, id: Option<&str>, tool: &str) -> &mut ToolCall {
        let call = ToolCall::new(tool, "").id(id.unwrap_or_default());
        self.calls.push(Call { index, call });
        let last = self.calls.len() - 1;
        &mut self.calls[last].call
    }

    /// The call that a piece is of: the last one, where pieces are not numbered.
    pub(super) fn at(&mut self, index: Option<u64>) -> Option<&mut ToolCall> {
        let mut calls = self.calls.iter_mut().rev();
        calls.find(|call| index.is_none() || call.index == index).map(|call| &mut call.call)
    }

    /// Takes a piece of the thoughts, as a text.
    pub(super) fn thought(&mut self, piece: &str) {
        match &mut self.echo {
            Echo::Text(text) => text.push_str(piece),
            echo => *echo = Echo::Text(piece.to_owned()),
        }
    }

    /// Takes a thought, as a block.
    pub(super) fn block(&mut self, block: Value) {
        match &mut self.echo {
            Echo::Blocks(blocks) => blocks.push(block),
            echo => *echo = Echo::Blocks(vec![block]),
        }
    }

    /// Adds to a text in the last block.
    pub(super) fn add_to_block(&mut self, key: &str, piece: &str) {
        if let Echo::Blocks(blocks) = &mut self.echo
            && let Some(Value::Object(block)) = blocks.last_mut()
        {
            let text = block.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            block.insert(key.to_owned(), Value::String(text + piece));
        }
    }

    pub(super) fn end(self) -> Vec<ToolCall> {
        let mut calls: Vec<_> = self.calls.into_iter().map(|call| call.call).collect();
        if let Some(first) = calls.first_mut() {
            match self.echo {
                Echo::Nothing => {}
                Echo::Text(text) => first.echo = Some(text),
                Echo::Blocks(blocks) => first.echo = Some(Value::Array(blocks).to_string()),
            }
        }
        calls
    }
}

/// Arguments that come as a text, as OpenAI has them, or as the object that is in it, as others do.
pub(super) fn arguments(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

/// Arguments as the object that some providers want back. What the model has written otherwise it is told of in the result.
pub(super) fn object(arguments: &str) -> Json {
    match Json::parse(arguments) {
        Ok(object @ Json::Object(_)) => object,
        _ => Json::object([]),
    }
}
