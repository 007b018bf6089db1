//! Calling agents from an agent.

use super::Context;
use crate::agent::{Tool, ToolError};
use crate::engine::idle::Busy;
use crate::engine::tools::{Order, Orders};
use crate::envelope::Warnings;
use std::sync::PoisonError;
use tokio::sync::oneshot;

impl Context {
    /// What the agent may call: its [`tools(…)`](macro@crate::agent#tools), in the order in which they are
    /// written. None in a context that is [for tests](Self::for_tests).
    #[must_use]
    pub fn tools(&self) -> &'static [Tool] {
        self.orders().map_or(&[], |orders| orders.tools)
    }

    /// How often the agent may ask a model before it has its answer, if it has tools: its `max_turns`, or 10.
    #[must_use]
    pub fn max_turns(&self) -> Option<u32> {
        self.orders().map(|orders| orders.max_turns)
    }

    /// Calls a tool: hands the arguments, which are JSON of its input's contract, to it, and is handed its
    /// output, as JSON.
    ///
    /// Both are handoffs like any other: arguments are read strictly, payloads are checked and counted, and the
    /// tool's timeout, retries, budgets and `concurrency` hold. What models take, and how often agents are
    /// called, counts against the limits of this run. The confidence of what this agent was handed goes to the
    /// tool; that of the output is left to whoever reads it. Warnings go into the envelope of this agent's
    /// output, a failure as one.
    ///
    /// Calls that are made at once run at once, as far as the runtime's limit of tasks in flight allows, all of
    /// them on the task that drives the agent. This agent's timeout runs meanwhile, and its `idle_timeout` does
    /// not.
    ///
    /// # Errors
    ///
    /// [`ToolError`], which says [in words for a model](ToolError::for_model) what to tell it. What ends the run does not
    /// come back.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the tool.
    pub async fn call_tool(&self, name: &str, arguments: impl Into<String>) -> Result<String, ToolError> {
        let tools = self.tools();
        let Some(tool) = tools.iter().position(|tool| tool.name() == name) else {
            let tools = tools.iter().map(Tool::name).collect();
            return Err(ToolError::Unknown { name: name.to_owned(), tools });
        };
        let (answer, answered) = oneshot::channel();
        if let Some(orders) = self.orders() {
            let _ = orders.sender.send(Order { tool, arguments: arguments.into(), answer });
        }
        answered.await.unwrap_or(Err(ToolError::Over))
    }
}

impl Context {
    fn orders(&self) -> Option<&Orders> {
        self.inner.orders.as_ref()
    }

    /// It is at work for as long as that is held.
    pub(in crate::engine) fn busy(&self) -> Option<Busy> {
        self.heart().is_some().then(|| Busy::begin(self.clone()))
    }

    /// What a tool has noticed goes on with its agent's output.
    pub(in crate::engine) fn pass_on(&self, warnings: Warnings) {
        self.inner.warnings.lock().unwrap_or_else(PoisonError::into_inner).extend(warnings);
    }
}
