//! The stages of a description: a tree, because chains nest.

use super::{ContractId, duration};
use crate::agent::Role;
use crate::barrier::Policy;
use crate::contract::Fingerprint;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// `plan`: an agent.
    Agent(Agent),
    /// `research`: a pipeline inside the pipeline.
    Pipeline(Pipeline),
    /// `gate(confidence >= 0.6)`.
    Gate(Gate),
    /// `fan_out(…) work => barrier(…)`: a fan-out with its barrier.
    FanOut(FanOut),
    /// `match { … }`.
    Match(Match),
    /// `repeat(…) { … }`.
    Repeat(Repeat),
    /// `join(legal, cost)`.
    Join(Join),
    /// `race(security, security_simple)`.
    Race(Race),
    /// `{ read => check }` in a `join` or a `race`, or `optional(style)` in a `join`. A single agent is an
    /// [`Agent`](Self::Agent).
    Branch(Branch),
    /// `plan or plan_simple`.
    Or(Or),
    /// `map(|plan| …)`.
    Map(Map),
    /// `plan as p`: a name for the output of the stage before it.
    Bind(Bind),
}

/// An agent with its declared options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Agent {
    /// The agent's name.
    pub name: String,
    /// The agent's documentation, which is its prompt if it has no body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The agent's role.
    pub role: Role,
    /// The contract of the agent's input.
    pub input: ContractId,
    /// The contract of the agent's output.
    pub output: ContractId,
    /// The most tokens that the agent's input may have, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_budget: Option<u32>,
    /// The most tokens that the agent's output may have, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// The longest that one attempt may take, if that is bounded. Serialised as `"30s"`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration")]
    pub timeout: Option<Duration>,
    /// The longest that one attempt may go without a sign of life, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration")]
    pub idle_timeout: Option<Duration>,
    /// The number of further attempts after a failed one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// The most attempts that may be under way at once in a runtime, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Whether the agent blocks a thread of its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blocking: bool,
    /// Whether the agent waits for an answer from outside the process.
    #[serde(default, skip_serializing_if = "is_false")]
    pub signal: bool,
    /// The type that is asked for the agent's output, by name, if the agent returns a prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// The SHA-256 of the agent's prompt, if that is its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Fingerprint>,
    /// The agents and pipelines that the agent may call: its `tools(…)`.
    ///
    /// It is empty where an agent is among its own tools by way of another one; such a pipeline cannot be
    /// run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Stage>,
    /// The most calls of a model in one attempt, if the agent declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_turns: Option<u32>,
}

/// A pipeline inside another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// The pipeline's documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The contract of the pipeline's input.
    pub input: ContractId,
    /// The contract of the pipeline's output.
    pub output: ContractId,
    /// The pipeline's stages. Empty where a pipeline contains itself by way of another one, which cannot be
    /// run.
    pub stages: Vec<Stage>,
}

/// A gate, which fails the run if the confidence is below a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Gate {
    /// The threshold, in `0..=1`. A runtime's `min_confidence` can raise it.
    pub confidence: f64,
}

/// A fan-out with its barrier: one task for each item, in parallel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanOut {
    /// The source of the items: the name of a field, or the text of the closure that makes them.
    pub of: String,
    /// The most tasks that there may be, if that is bounded: `max = N`, or the `len(..=N)` of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// The most tasks that run at once, if it is bounded here and not by the runtime alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// Whether there may be no items.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allow_empty: bool,
    /// Whether each item is handed on beside its result.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
    /// The function that makes a result of a failed task, as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recover: Option<String>,
    /// The stages that each item goes through: an agent, or a chain.
    pub stages: Vec<Stage>,
    /// The barrier after the tasks.
    pub barrier: Barrier,
}

/// A barrier: the condition under which a fan-out is complete, and what it hands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Barrier {
    /// The number of tasks that have to succeed.
    pub rule: Policy,
    /// The time after which tasks that have not settled count as failed, if there is one. Serialised as
    /// `"30s"`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration")]
    pub deadline: Option<Duration>,
    /// The contract of the barrier's output: a `Vec`, or a `Partial` where results may be missing.
    pub hands_on: ContractId,
}

/// Typed routing: the value goes to the first arm whose pattern matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Match {
    /// The arms, in their order.
    pub arms: Vec<Arm>,
}

/// An arm of a `match`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Arm {
    /// The pattern as it is written, with its guard.
    pub pattern: String,
    /// The stages of the arm.
    pub stages: Vec<Stage>,
}

/// A bounded loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Repeat {
    /// The most rounds.
    pub max: u32,
    /// The condition that ends the loop, as it is written.
    pub until: String,
    /// Whether the last value is handed on when the rounds are used up: `else = last`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_last: bool,
    /// The stages of a round.
    pub stages: Vec<Stage>,
}

/// Different agents on the same value, all of which must succeed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Join {
    /// The branches, in the order of the tuple that is handed on: agents, pipelines, or else [`Branch`]es.
    pub branches: Vec<Stage>,
}

/// Different agents on the same value, of which the first success is handed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Race {
    /// The branches, in the order in which they are written: agents, pipelines, or else [`Branch`]es.
    pub branches: Vec<Stage>,
}

/// A branch of a join or a race that is more than a single agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branch {
    /// Whether the branch may fail, and hands on an `Option`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// The stages of the branch.
    pub stages: Vec<Stage>,
}

/// Alternatives, each of which is called if the one before it has failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Or {
    /// The agents or pipelines, in the order in which they are tried.
    pub attempts: Vec<Stage>,
}

/// A pure function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Map {
    /// The function as it is written.
    pub function: String,
}

/// A name by which later closures refer to an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bind {
    /// The name.
    pub name: String,
}

impl Stage {
    /// The stage and all that is in it, in order.
    #[inline]
    pub(super) fn visit<'a>(&'a self, seen: &mut dyn FnMut(&'a Self)) {
        seen(self);
        let mut inside = |stages: &'a [Self]| {
            for stage in stages {
                stage.visit(seen);
            }
        };
        match self {
            Self::Agent(agent) => inside(&agent.tools),
            Self::Gate(_) | Self::Map(_) | Self::Bind(_) => {}
            Self::Pipeline(pipeline) => inside(&pipeline.stages),
            Self::FanOut(fan_out) => inside(&fan_out.stages),
            Self::Match(routing) => routing.arms.iter().for_each(|arm| inside(&arm.stages)),
            Self::Repeat(repeat) => inside(&repeat.stages),
            Self::Join(join) => inside(&join.branches),
            Self::Race(race) => inside(&race.branches),
            Self::Branch(branch) => inside(&branch.stages),
            Self::Or(or) => inside(&or.attempts),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
#[inline]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
#[inline]
fn is_false(flag: &bool) -> bool {
    !flag
}
