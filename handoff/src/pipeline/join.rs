//! `join`: several agents on the same input, all of which have to succeed.
//!
//! A join is a fan-out of different agents behind `barrier(all)`, and so it runs: its branches are tasks, one
//! agent each, that count towards the tasks in flight. The first failure stops the rest and waits for them, for
//! one second at most. Its outputs stand in the order in which the agents are written.

use crate::agent::{AgentId, AgentSpec, Target, Terms};
use crate::barrier::{Barrier, Gathers as _, Rule};
use crate::contract::internals::Declared;
use crate::contract::{Confidence, Contract, Violations};
use crate::engine::{Drive, Driven, Engine, Handoff, Scope, Tasks};
use crate::envelope::Envelope;
use crate::error::{CancelledBy, ErrorKind, PipelineError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::marker::PhantomData;

/// What `pipeline!` says of a join.
pub trait Join: Send + Sync + 'static {
    /// What an engine that keeps its tasks elsewhere calls it by.
    const ADDRESS: &'static str;
    /// The pipeline that it stands in.
    const PIPELINE: &'static AgentId;
}

/// What is handed to one of several agents, or what it hands on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum OneOf<A, B, C = (), D = (), E = (), F = (), G = (), H = ()> {
    /// The first.
    A(A),
    /// The second.
    B(B),
    /// The third.
    C(C),
    /// The fourth.
    D(D),
    /// The fifth.
    E(E),
    /// The sixth.
    F(F),
    /// The seventh.
    G(G),
    /// The eighth.
    H(H),
}

/// The same of whichever it is.
macro_rules! whichever {
    ($of:expr, $payload:ident => $result:expr) => {
        match $of {
            OneOf::A($payload) => $result,
            OneOf::B($payload) => $result,
            OneOf::C($payload) => $result,
            OneOf::D($payload) => $result,
            OneOf::E($payload) => $result,
            OneOf::F($payload) => $result,
            OneOf::G($payload) => $result,
            OneOf::H($payload) => $result,
        }
    };
}

#[diagnostic::do_not_recommend]
impl<A, B, C, D, E, F, G, H> Declared for OneOf<A, B, C, D, E, F, G, H>
where
    A: Contract,
    B: Contract,
    C: Contract,
    D: Contract,
    E: Contract,
    F: Contract,
    G: Contract,
    H: Contract,
{
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("OneOf")
    }

    fn check(&self, violations: &mut Violations) {
        whichever!(self, payload => Contract::check(payload, violations));
    }

    fn confidence(&self) -> Option<Confidence> {
        whichever!(self, payload => Contract::confidence(payload))
    }
}

/// The agents of a join, as a tuple.
pub trait Branches: Send + Sync + 'static {
    /// What each of them is handed, as a tuple.
    type Inputs;
    /// What one of them is handed.
    type Input: Contract;
    /// What one of them hands on.
    type Output: Contract;
    /// What each of them hands on, as a tuple.
    type Outputs: Contract;

    /// The inputs one by one.
    fn inputs(inputs: Self::Inputs) -> Vec<Self::Input>;

    /// The outputs together, if there is one of each, in their order.
    fn outputs(outputs: Vec<Self::Output>) -> Option<Self::Outputs>;

    /// Takes an input through the door to its agent.
    ///
    /// # Errors
    ///
    /// As [`Scope::hand_off`].
    fn hand_off(
        scope: &Scope,
        handoff: Handoff<'_>,
        input: Self::Input,
    ) -> Result<Envelope<Self::Input>, PipelineError>;
}

/// Agents of a join that can run on the engine `N`.
pub trait DriveBranches<N: Engine>: Branches {
    /// Drives the agent whose input this is.
    fn drive(engine: &N, input: Envelope<Self::Input>, to: Target) -> Driven<'_, Self::Output>;
}

macro_rules! branches {
    ($($agent:ident)*; $($none:ident)*) => {
        impl<$($agent: AgentSpec),*> Branches for ($($agent,)*) {
            type Inputs = ($($agent::Input,)*);
            type Input = OneOf<$($agent::Input),*>;
            type Output = OneOf<$($agent::Output),*>;
            type Outputs = ($($agent::Output,)*);

            #[allow(non_snake_case)] // a payload is named like its agent
            fn inputs(($($agent,)*): Self::Inputs) -> Vec<Self::Input> {
                vec![$(OneOf::$agent($agent)),*]
            }

            fn outputs(outputs: Vec<Self::Output>) -> Option<Self::Outputs> {
                let mut outputs = outputs.into_iter();
                Some(($(
                    match outputs.next()? {
                        OneOf::$agent(output) => output,
                        _ => return None,
                    },
                )*))
            }

            fn hand_off(
                scope: &Scope,
                handoff: Handoff<'_>,
                input: Self::Input,
            ) -> Result<Envelope<Self::Input>, PipelineError> {
                match input {
                    $(OneOf::$agent(input) => {
                        let handoff = Handoff { target: Target::of::<$agent>(), ..handoff };
                        scope.hand_off(handoff, input).map(|input| input.map(OneOf::$agent))
                    })*
                    // A join has as many inputs as agents.
                    $(OneOf::$none(()) => scope.hand_off(handoff, input),)*
                }
            }
        }

        impl<N: Engine, $($agent: Drive<N>),*> DriveBranches<N> for ($($agent,)*) {
            fn drive(engine: &N, input: Envelope<Self::Input>, to: Target) -> Driven<'_, Self::Output> {
                let (input, from) = input.split();
                match input {
                    $(OneOf::$agent(input) => Box::pin(async move {
                        let output = $agent::drive(engine, from.map(|()| input), to).await?;
                        Ok(output.map(OneOf::$agent))
                    }),)*
                    $(OneOf::$none(()) => Box::pin(std::future::pending()),)*
                }
            }
        }
    };
}

branches!(A B; C D E F G H);
branches!(A B C; D E F G H);
branches!(A B C D; E F G H);
branches!(A B C D E; F G H);
branches!(A B C D E F; G H);
branches!(A B C D E F G; H);
branches!(A B C D E F G H;);

/// One branch of a join, whichever: what the tasks of its fan-out run.
#[derive(Debug)]
pub struct Joined<J, B> {
    _join: PhantomData<fn() -> (J, B)>,
}

impl<J: Join, B: Branches> AgentSpec for Joined<J, B> {
    type Input = B::Input;
    type Output = B::Output;
    type Declared = J;
    const TERMS: &'static Terms = Terms::NONE;
    const ID: &'static AgentId = J::PIPELINE;
    const ADDRESS: &'static str = J::ADDRESS;
    const IS_JOIN: bool = true;
}

impl<N: Engine, J: Join, B: DriveBranches<N>> Drive<N> for Joined<J, B> {
    fn drive(engine: &N, input: Envelope<B::Input>, to: Target) -> Driven<'_, B::Output> {
        B::drive(engine, input, to)
    }

    fn receive(
        scope: &Scope,
        handoff: Handoff<'_>,
        input: B::Input,
    ) -> Result<Envelope<B::Input>, PipelineError> {
        B::hand_off(scope, handoff, input)
    }
}

/// Runs the agents of a join, and hands their outputs on together. The confidence is the mean of theirs.
///
/// On drop, all branches are stopped. The first failure stops the rest.
///
/// # Errors
///
/// That of the branch that failed first, and of the door.
pub async fn join<E: Engine, J: Join, B: DriveBranches<E>>(
    engine: &E,
    from: Envelope<()>,
    inputs: B::Inputs,
    to: Target,
) -> Result<Envelope<B::Outputs>, PipelineError> {
    let (trace_id, confidence, mut warnings) = (from.trace_id, from.confidence, from.warnings.clone());
    let inputs = B::inputs(inputs);
    let fail = |kind| PipelineError::new(kind, J::PIPELINE.clone(), trace_id);
    let barrier = match Barrier::new(Rule::All, inputs.len(), J::PIPELINE, trace_id) {
        Ok(barrier) => barrier.of_a_join(),
        Err(kind) => return Err(fail(kind).after(warnings)),
    };
    let itself = Target::of::<Joined<J, B>>();
    let tasks = Tasks::new(inputs, &from, itself);
    let barrier = engine.gather::<Joined<J, B>>(tasks, barrier).await;
    let (outputs, mean, mut noticed) = match Vec::close(barrier) {
        Ok(closed) => closed,
        Err(error) => return Err(error.after(warnings)),
    };
    warnings.append(&mut noticed);
    let Some(outputs) = B::outputs(outputs) else {
        // Unreachable: the barrier has all outputs, in the order of the inputs.
        return Err(fail(ErrorKind::Cancelled { by: CancelledBy::Tokio }).after(warnings));
    };
    let handoff = Handoff {
        source: J::PIPELINE,
        target: to,
        max_output_tokens: None,
        confidence: mean.unwrap_or(confidence),
        warnings,
    };
    engine.scope().hand_off(handoff, outputs)
}
