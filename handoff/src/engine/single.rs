//! Agents that are called themselves, as pipelines are not: known at compile time, by who can drive them.

use super::keeper::Keeper;
use super::scope::Scope;
use super::tasks::Tasks;
use super::{Calls, CallsTool, Drive, Engine, ToolCall, ToolCalling, Toolbox};
use crate::agent::{AgentSpec, Target};
use crate::barrier::Barrier;
use crate::envelope::Handed;
use crate::error::PipelineError;
use std::convert::Infallible;
use std::marker::PhantomData;

/// An agent, as opposed to a pipeline: it is called itself, and so has options of its calls.
///
/// See [`Builder::agent`](crate::Builder::agent) and [`Builder::replace`](crate::Builder::replace).
#[diagnostic::on_unimplemented(
    message = "pipeline `{Self}` is not called itself, but its agents are",
    label = "`{Self}` is no agent",
    note = "name an agent of it"
)]
pub trait Single: AgentSpec {}

/// An agent can be driven by whoever calls it; a pipeline takes an engine that calls its agents.
#[diagnostic::do_not_recommend]
impl<A: Drive<Only<A>>> Single for A {}

/// An engine that calls this agent and no other. It has no value, and is used in a bound.
#[derive(Debug)]
pub struct Only<A> {
    never: Infallible,
    agent: PhantomData<fn() -> A>,
}

impl<A: AgentSpec> Engine for Only<A> {
    fn scope(&self) -> &Scope {
        match self.never {}
    }

    fn keeper(&self) -> &Keeper {
        match self.never {}
    }

    async fn gather<T: Drive<Self>>(&self, _: Tasks<T>, _: Barrier<T::Output>) -> Barrier<T::Output> {
        match self.never {}
    }
}

impl<A: AgentSpec> Calls<A> for Only<A> {
    async fn call(
        &self,
        _: Handed<A::Input>,
        _: Target,
        _: Option<&dyn Toolbox>,
    ) -> Result<Handed<A::Output>, PipelineError> {
        match self.never {}
    }
}

/// Whether the agent calls others is no matter.
impl<A: AgentSpec, T: AgentSpec> CallsTool<T> for Only<A> {
    fn call_tool(&self, _: ToolCall) -> ToolCalling<'_> {
        match self.never {}
    }
}
