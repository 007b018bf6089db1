//! Branches of a `join` that may fail.

use super::routing::{failed, hand_off_to};
use crate::agent::{AgentId, AgentSpec, Config, Target};
use crate::engine::{Drive, Driven, Engine, Handoff};
use crate::envelope::Handed;
use std::marker::PhantomData;

/// The branch `A` of a join in the pipeline `P`, which may fail: then it hands on `None`, and a warning says why.
#[derive(Debug)]
pub struct Optional<P, A> {
    _branch: PhantomData<fn() -> (P, A)>,
}

// It has no budget: what is too much for `A` is a failure of `A`, which is handed the value by `P`.
impl<P: AgentSpec, A: AgentSpec> AgentSpec for Optional<P, A> {
    type Input = A::Input;
    type Output = Option<A::Output>;
    type Declared = A::Declared;
    const CONFIG: &'static Config = Config::NONE;
    const ID: &'static AgentId = A::ID;
    const ENTRY: &'static AgentId = P::ID;
    const ADDRESS: &'static str = A::ADDRESS;
    const MAX_OUTPUT_TOKENS: Option<u32> = A::MAX_OUTPUT_TOKENS;
    const CONFIDENT: bool = A::CONFIDENT;
}

impl<E: Engine, P: AgentSpec, A: Drive<E>> Drive<E> for Optional<P, A> {
    fn drive(engine: &E, input: Handed<A::Input>, to: Target) -> Driven<'_, Option<A::Output>> {
        Box::pin(async move {
            let confidence = input.head().confidence;
            let error = match hand_off_to::<E, A>(engine, input, to).await {
                Ok(output) => return Ok(output.map(Some)),
                Err(error) if error.kind().ends_the_run() => return Err(error),
                Err(error) => error,
            };
            engine.scope().fail_parts(&error);
            let (_, warnings) = failed::<E, A>(engine, error, "failed, and is optional");
            let handoff =
                Handoff { source: A::ID, target: to, max_output_tokens: None, confidence, warnings };
            engine.scope().hand_off(handoff, None)
        })
    }
}
