//! The branches of a `join` or a `race`: a fan-out of different agents, one for each task, which count towards
//! the tasks in flight.

use crate::agent::{AgentId, AgentSpec, AnyId, Config, Target};
use crate::barrier::{Partial, TaskFailure};
use crate::contract::internals::Derived;
use crate::contract::schema::object::{Object, one_of};
use crate::contract::{Confidence, Contract, Violations};
use crate::engine::{Drive, Driven, Engine, Handoff, Scope};
use crate::envelope::Handed;
use crate::error::{Many, Payload, PipelineError};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::marker::PhantomData;

/// What `pipeline!` says of a join or a race.
pub trait Join: Send + Sync + 'static {
    /// What an engine that keeps its tasks elsewhere calls it by.
    const ADDRESS: &'static str;
    /// The pipeline that it stands in.
    const PIPELINE: &'static AgentId;
}

/// What is handed to one of several agents, or what it hands on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum OneOf<First, Rest> {
    /// That of the first.
    First(First),
    /// That of one of the rest.
    Rest(Rest),
}

impl<First: JsonSchema, Rest: JsonSchema> JsonSchema for OneOf<First, Rest> {
    fn schema_name() -> Cow<'static, str> {
        "OneOf".into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("handoff::OneOf<{}, {}>", First::schema_id(), Rest::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let [first, rest] = [generator.subschema_for::<First>(), generator.subschema_for::<Rest>()];
        let variant = |name, schema| Object::new().with(name, schema).finish(false).into();
        one_of(vec![variant("First", first), variant("Rest", rest)])
    }
}

#[diagnostic::do_not_recommend]
impl<First: Contract, Rest: Contract> Derived for OneOf<First, Rest> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("OneOf")
    }

    fn check(&self, violations: &mut Violations) {
        match self {
            Self::First(payload) => Contract::check(payload, violations),
            Self::Rest(payload) => Contract::check(payload, violations),
        }
    }

    fn confidence(&self) -> Option<Confidence> {
        match self {
            Self::First(payload) => Contract::confidence(payload),
            Self::Rest(payload) => Contract::confidence(payload),
        }
    }
}

/// The agents of a join or a race as a list: `(legal, (security, (style,)))`.
pub trait Branches: Send + Sync + 'static {
    /// What each of them is handed, as such a list.
    type Inputs;
    /// What one of them is handed.
    type Input: Contract;
    /// What one of them hands on.
    type Output: Contract;
    /// What each of them hands on, as such a list.
    type Outputs;

    /// The agent at this place in the list.
    fn at(index: usize) -> &'static AgentId;

    /// The inputs one by one, in their order.
    fn inputs(inputs: Self::Inputs, each: &mut dyn FnMut(Self::Input));

    /// The outputs together, if there is one of each, in their order.
    fn outputs(next: &mut dyn FnMut() -> Option<Self::Output>) -> Option<Self::Outputs>;

    /// Keeps the outputs of those that have ended, by their types.
    fn keep(outputs: Vec<(usize, Self::Output)>, kept: &mut Kept);

    /// Takes an input through the door to its agent.
    ///
    /// # Errors
    ///
    /// As [`Scope::hand_off`].
    fn hand_off(
        scope: &Scope,
        handoff: Handoff,
        input: Self::Input,
    ) -> Result<Handed<Self::Input>, PipelineError>;
}

/// Such agents that can run on the engine `N`.
pub trait DriveBranches<N: Engine>: Branches {
    /// Drives the agent whose input this is.
    fn drive(engine: &N, input: Handed<Self::Input>, to: Target) -> Driven<'_, Self::Output>;
}

impl<Last: AgentSpec> Branches for (Last,) {
    type Inputs = (Last::Input,);
    type Input = Last::Input;
    type Output = Last::Output;
    type Outputs = (Last::Output,);

    fn at(_: usize) -> &'static AgentId {
        Last::ID
    }

    fn inputs((last,): Self::Inputs, each: &mut dyn FnMut(Self::Input)) {
        each(last);
    }

    fn outputs(next: &mut dyn FnMut() -> Option<Self::Output>) -> Option<Self::Outputs> {
        Some((next()?,))
    }

    fn keep(outputs: Vec<(usize, Self::Output)>, kept: &mut Kept) {
        kept.add(Last::ID, outputs);
    }

    fn hand_off(
        scope: &Scope,
        handoff: Handoff,
        input: Self::Input,
    ) -> Result<Handed<Self::Input>, PipelineError> {
        scope.hand_off(Handoff { target: Target::of::<Last>(), ..handoff }, input)
    }
}

impl<First: AgentSpec, Rest: Branches> Branches for (First, Rest) {
    type Inputs = (First::Input, Rest::Inputs);
    type Input = OneOf<First::Input, Rest::Input>;
    type Output = OneOf<First::Output, Rest::Output>;
    type Outputs = (First::Output, Rest::Outputs);

    fn at(index: usize) -> &'static AgentId {
        if index == 0 { First::ID } else { Rest::at(index - 1) }
    }

    fn inputs((first, rest): Self::Inputs, each: &mut dyn FnMut(Self::Input)) {
        each(OneOf::First(first));
        Rest::inputs(rest, &mut |input| each(OneOf::Rest(input)));
    }

    fn outputs(next: &mut dyn FnMut() -> Option<Self::Output>) -> Option<Self::Outputs> {
        let OneOf::First(first) = next()? else { return None };
        let rest = Rest::outputs(&mut || match next()? {
            OneOf::First(_) => None,
            OneOf::Rest(output) => Some(output),
        });
        Some((first, rest?))
    }

    fn keep(outputs: Vec<(usize, Self::Output)>, kept: &mut Kept) {
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for (index, output) in outputs {
            match output {
                OneOf::First(output) => first.push((index, output)),
                OneOf::Rest(output) => rest.push((index, output)),
            }
        }
        kept.add(First::ID, first);
        Rest::keep(rest, kept);
    }

    fn hand_off(
        scope: &Scope,
        handoff: Handoff,
        input: Self::Input,
    ) -> Result<Handed<Self::Input>, PipelineError> {
        match input {
            OneOf::First(input) => {
                let handoff = Handoff { target: Target::of::<First>(), ..handoff };
                Ok(scope.hand_off(handoff, input)?.map(OneOf::First))
            }
            OneOf::Rest(input) => Ok(Rest::hand_off(scope, handoff, input)?.map(OneOf::Rest)),
        }
    }
}

impl<N: Engine, Last: Drive<N>> DriveBranches<N> for (Last,) {
    fn drive(engine: &N, input: Handed<Self::Input>, to: Target) -> Driven<'_, Self::Output> {
        Last::drive(engine, input, to)
    }
}

impl<N: Engine, First: Drive<N>, Rest: DriveBranches<N>> DriveBranches<N> for (First, Rest) {
    fn drive(engine: &N, input: Handed<Self::Input>, to: Target) -> Driven<'_, Self::Output> {
        let (input, from) = input.split();
        match input {
            OneOf::First(input) => {
                let driven = First::drive(engine, Handed::new(input, from), to);
                Box::pin(async { Ok(driven.await?.map(OneOf::First)) })
            }
            OneOf::Rest(input) => {
                let driven = Rest::drive(engine, Handed::new(input, from), to);
                Box::pin(async { Ok(driven.await?.map(OneOf::Rest)) })
            }
        }
    }
}

/// What the branches of a join or a race that failed had come to: a `Partial<T>` for each type `T` that one of
/// them hands on, because that is what the error can be asked for.
#[derive(Debug)]
pub struct Kept {
    failures: Vec<TaskFailure>,
    total: usize,
    finished: Vec<Payload>,
}

impl Kept {
    pub(super) fn of<B: Branches>(finished: Partial<B::Output>) -> Vec<Payload> {
        let (outputs, failures, total) = finished.into_parts();
        let mut kept = Self { failures, total, finished: Vec::new() };
        B::keep(outputs, &mut kept);
        kept.finished
    }

    /// What a branch that hands on `T` has handed on, if it has.
    fn add<T: Contract>(&mut self, branch: &'static AgentId, outputs: Vec<(usize, T)>) {
        let branches = vec![AnyId::from(branch); outputs.len()];
        for finished in &mut self.finished {
            if let Some(finished) = finished.many_mut::<T>() {
                finished.partial.extend(outputs);
                finished.branches.get_or_insert_default().extend(branches);
                return;
            }
        }
        let failed = self.failures.iter().map(|failure| failure.task);
        let missing = (0..self.total).filter(|task| !failed.clone().any(|failed| failed == *task)).collect();
        let mut partial = Partial::gathered(Vec::new(), self.failures.clone(), missing);
        partial.extend(outputs);
        self.finished.push(Many::of_branches(partial, branches));
    }
}

/// One branch of a join or a race, whichever: what the tasks of its fan-out run.
#[derive(Debug)]
pub struct AnyBranch<J, B> {
    _join: PhantomData<fn() -> (J, B)>,
}

impl<J: Join, B: Branches> AgentSpec for AnyBranch<J, B> {
    type Input = B::Input;
    type Output = B::Output;
    type Declared = J;
    const CONFIG: &'static Config = Config::NONE;
    const ID: &'static AgentId = J::PIPELINE;
    const ADDRESS: &'static str = J::ADDRESS;
    const IS_BRANCH: bool = true;

    fn part(index: usize) -> &'static AgentId {
        B::at(index)
    }
}

impl<N: Engine, J: Join, B: DriveBranches<N>> Drive<N> for AnyBranch<J, B> {
    fn drive(engine: &N, input: Handed<B::Input>, to: Target) -> Driven<'_, B::Output> {
        B::drive(engine, input, to)
    }

    fn receive(scope: &Scope, handoff: Handoff, input: B::Input) -> Result<Handed<B::Input>, PipelineError> {
        B::hand_off(scope, handoff, input)
    }
}
