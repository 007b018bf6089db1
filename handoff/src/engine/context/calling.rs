//! Calling agents from an agent.

use super::Context;
use crate::agent::{Tool, ToolError};
use crate::engine::idle::Busy;
use crate::engine::tools::{Order, Orders};
use crate::envelope::Warnings;
use std::sync::PoisonError;
use tokio::sync::oneshot;

impl Context {
    /// Returns the agent's [`tools(…)`](macro@crate::agent#tools), in the order in which they are written.
    ///
    /// There are none in a context [for a test](Self::test).
    #[must_use]
    pub fn tools(&self) -> &'static [Tool] {
        self.orders().map_or(&[], |orders| orders.tools)
    }

    /// Returns the most calls of a model in this attempt, for an agent that has tools: its `max_turns`, or
    /// 10.
    #[must_use]
    pub fn max_turns(&self) -> Option<u32> {
        self.orders().map(|orders| orders.max_turns)
    }

    /// Calls a tool with arguments that are JSON, and returns its output as JSON.
    ///
    /// Both are handoffs like any other: arguments are read strictly, payloads are checked and counted, and
    /// the tool's timeout, retries, budgets and `concurrency` apply. Tokens of models and calls of agents
    /// count against the limits of this run. The tool's input has the confidence of this agent's input; the
    /// confidence of the tool's output does not affect that of this agent's. Warnings are added to the
    /// envelope of this agent's output, and so is a failure, as a warning.
    ///
    /// Calls that are made concurrently run concurrently, as far as the runtime's limit of tasks in flight
    /// allows, all of them on the task that drives the agent. Meanwhile this agent's timeout goes on, and its
    /// `idle_timeout` is suspended.
    ///
    /// # Errors
    ///
    /// Returns a [`ToolError`], which has [words for a model](ToolError::for_model). An error that ends the
    /// run is not returned: the agent is stopped.
    ///
    /// # Cancel safety
    ///
    /// This method is not cancel safe: dropping the future stops the tool.
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
