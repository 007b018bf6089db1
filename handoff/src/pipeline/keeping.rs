//! Fan-outs whose items come out beside what is made of them.

use crate::agent::{AgentId, AgentSpec, Config, Target};
use crate::contract::Confidence;
use crate::engine::{Drive, Driven, Engine, Handoff, Scope};
use crate::envelope::Handed;
use crate::error::PipelineError;
use std::marker::PhantomData;

/// The agent `A`, which hands on what it is handed beside what it makes of it.
#[derive(Debug)]
pub struct Keeping<A> {
    _agent: PhantomData<fn() -> A>,
}

// How large the two are together nobody declares: the count decides.
impl<A: AgentSpec> AgentSpec for Keeping<A> {
    type Input = A::Input;
    type Output = (A::Input, A::Output);
    type Declared = A::Declared;
    const CONFIG: &'static Config = Config::NONE;
    const ID: &'static AgentId = A::ID;
    const ENTRY: &'static AgentId = A::ENTRY;
    const ADDRESS: &'static str = A::ADDRESS;
    const INPUT_BUDGET: Option<u32> = A::INPUT_BUDGET;
    const CONFIDENT: bool = A::CONFIDENT;

    fn stated((_, output): &Self::Output) -> Option<Confidence> {
        A::stated(output)
    }
}

impl<E: Engine, A: Drive<E>> Drive<E> for Keeping<A> {
    fn drive(engine: &E, input: Handed<A::Input>, to: Target) -> Driven<'_, Self::Output> {
        let item = input.payload().clone();
        let driven = A::drive(engine, input, to);
        Box::pin(async { Ok(driven.await?.map(|output| (item, output))) })
    }

    // The door is for the output: the item has come through one.
    fn stand_in(
        scope: &Scope,
        handoff: Handoff,
        (item, output): Self::Output,
    ) -> Result<Handed<Self::Output>, PipelineError> {
        Ok(A::stand_in(scope, handoff, output)?.map(|output| (item, output)))
    }
}
