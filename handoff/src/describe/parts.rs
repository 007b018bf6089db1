//! What the code of `pipeline!` says of its stages: data, with a function for each type.
#![allow(missing_docs)]

use super::stage::{
    Agent, Arm, Barrier, Bind, Branch, FanOut, Gate, Join, Map, Match, Or, Pipeline, Race, Repeat, Stage,
};
use super::{ContractId, DescribedContract};
use crate::agent::AgentSpec;
use crate::barrier::{Partial, Policy};
use crate::contract::{Contract, Fingerprint};
use std::any::TypeId;
use std::fmt;
use std::time::Duration;

/// A stage, before it is described.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// An agent or a pipeline: [`stage`].
    Stage(fn(&mut Draft) -> Stage),
    Gate(f64),
    FanOut(&'static FanOutPart),
    /// Patterns, and where they lead.
    Match(&'static [(&'static str, &'static [Part])]),
    Repeat {
        max: u32,
        until: &'static str,
        or_last: bool,
        stages: &'static [Part],
    },
    Join(&'static [Part]),
    Race(&'static [Part]),
    Branch {
        optional: bool,
        stages: &'static [Part],
    },
    Or(&'static [Part]),
    Map(&'static str),
    Bind(&'static str),
}

/// A fan-out and its barrier.
#[derive(Clone, Copy, Debug)]
pub struct FanOutPart {
    pub of: &'static str,
    pub max: Option<u64>,
    pub concurrency: Option<u64>,
    pub allow_empty: bool,
    pub keep: bool,
    pub recover: Option<&'static str>,
    pub stages: &'static [Part],
    pub rule: Policy,
    pub deadline: Option<Duration>,
    /// What the barrier hands on: [`all`], or [`some`].
    pub hands_on: fn(&mut Draft) -> ContractId,
}

/// Describes an agent or a pipeline.
#[inline]
pub fn stage<A: AgentSpec>(draft: &mut Draft) -> Stage {
    draft.stage::<A>()
}

// Of the agent, whose output is a contract: where it is none, that is the agent's error, and not the pipeline's too.

/// Describes all outputs of an agent together.
#[inline]
pub fn all<A: AgentSpec>(draft: &mut Draft) -> ContractId {
    draft.contract::<Vec<A::Output>>()
}

/// Describes those outputs of an agent that there are.
#[inline]
pub fn some<A: AgentSpec>(draft: &mut Draft) -> ContractId {
    draft.contract::<Partial<A::Output>>()
}

/// The name of a type without the modules in it.
#[inline]
fn short(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    for part in path.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        name.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    name
}

/// A description that is being made.
#[derive(Default)]
pub struct Draft {
    /// The contracts that were mentioned, in the order of their ids.
    contracts: Vec<DescribedContract>,
    /// The pipelines and the agents that are being described, each in the one before it.
    inside: Vec<TypeId>,
}

impl fmt::Debug for Draft {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").finish_non_exhaustive()
    }
}

impl Draft {
    #[inline]
    pub(super) fn stage<A: AgentSpec>(&mut self) -> Stage {
        let (name, doc) = (A::ID.name.to_string(), A::CONFIG.documentation().map(str::to_owned));
        let (input, output) = (self.contract::<A::Input>(), self.contract::<A::Output>());
        let Some(parts) = A::STAGES else {
            return Stage::Agent(Agent {
                name,
                doc,
                // In one form: a role in quotes may have the name of one that is known.
                role: A::ID.role.as_str().to_owned().into(),
                input,
                output,
                input_budget: A::INPUT_BUDGET,
                max_output_tokens: A::MAX_OUTPUT_TOKENS,
                timeout: A::TIMEOUT,
                idle_timeout: A::IDLE_TIMEOUT,
                retries: A::RETRIES,
                concurrency: A::CONCURRENCY,
                blocking: A::BLOCKING,
                signal: A::SIGNAL,
                asks: A::CONFIG.asks.map(|of| short(of())),
                prompt: A::CONFIG.prompt.map(Fingerprint::of_text),
                tools: self.tools::<A>(),
                max_turns: A::MAX_TURNS,
            });
        };
        let mut stages = Vec::new();
        if !self.inside.contains(&TypeId::of::<A>()) {
            self.inside.push(TypeId::of::<A>());
            stages = self.chain(parts);
            self.inside.pop();
        }
        Stage::Pipeline(Pipeline { name, doc, input, output, stages })
    }

    #[inline]
    fn tools<A: AgentSpec>(&mut self) -> Vec<Stage> {
        if self.inside.contains(&TypeId::of::<A>()) {
            return Vec::new();
        }
        self.inside.push(TypeId::of::<A>());
        let tools = A::CONFIG.its_tools().iter().map(|tool| (tool.describe)(self)).collect();
        self.inside.pop();
        tools
    }

    #[inline]
    pub(super) fn contract<T: Contract>(&mut self) -> ContractId {
        let id = ContractId::of::<T>();
        if let Err(place) = self.contracts.binary_search_by(|contract| contract.id.cmp(&id)) {
            self.contracts.insert(place, DescribedContract::of::<T>(id.clone()));
        }
        id
    }

    /// The contracts that were mentioned.
    #[inline]
    pub(super) fn finish(self) -> Vec<DescribedContract> {
        self.contracts
    }

    #[inline]
    fn chain(&mut self, parts: &[Part]) -> Vec<Stage> {
        parts.iter().map(|part| self.part(part)).collect()
    }

    #[inline]
    fn part(&mut self, part: &Part) -> Stage {
        match *part {
            Part::Stage(stage) => stage(self),
            Part::Gate(confidence) => Stage::Gate(Gate { confidence }),
            Part::FanOut(fan_out) => Stage::FanOut(self.fan_out(fan_out)),
            Part::Match(ways) => {
                let arms = ways.iter().map(|(pattern, stages)| Arm {
                    pattern: (*pattern).to_owned(),
                    stages: self.chain(stages),
                });
                Stage::Match(Match { arms: arms.collect() })
            }
            Part::Repeat { max, until, or_last, stages } => {
                Stage::Repeat(Repeat { max, until: until.to_owned(), or_last, stages: self.chain(stages) })
            }
            Part::Join(branches) => Stage::Join(Join { branches: self.chain(branches) }),
            Part::Race(branches) => Stage::Race(Race { branches: self.chain(branches) }),
            Part::Branch { optional, stages } => {
                Stage::Branch(Branch { optional, stages: self.chain(stages) })
            }
            Part::Or(attempts) => Stage::Or(Or { attempts: self.chain(attempts) }),
            Part::Map(function) => Stage::Map(Map { function: function.to_owned() }),
            Part::Bind(name) => Stage::Bind(Bind { name: name.to_owned() }),
        }
    }

    #[inline]
    fn fan_out(&mut self, part: &FanOutPart) -> FanOut {
        let FanOutPart { of, max, concurrency, allow_empty, keep, recover, stages, rule, deadline, hands_on } =
            *part;
        FanOut {
            of: of.to_owned(),
            max,
            concurrency,
            allow_empty,
            keep,
            recover: recover.map(str::to_owned),
            stages: self.chain(stages),
            barrier: Barrier { rule, deadline, hands_on: hands_on(self) },
        }
    }
}
