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
    /// `research`: a pipeline in the pipeline.
    Pipeline(Pipeline),
    /// `gate(confidence >= 0.6)`.
    Gate(Gate),
    /// `fan_out(…) work => barrier(…)`: the two are one.
    FanOut(FanOut),
    /// `match { … }`.
    Match(Match),
    /// `repeat(…) { … }`.
    Repeat(Repeat),
    /// `join(legal, cost)`.
    Join(Join),
    /// `race(security, security_simple)`.
    Race(Race),
    /// `{ read => check }` in a `join` or a `race`, or `optional(style)` in a `join`, where an agent is itself.
    Branch(Branch),
    /// `plan or plan_simple`.
    Or(Or),
    /// `map(|plan| …)`.
    Map(Map),
    /// `plan as p`: what the stage before it has handed on is kept.
    Bind(Bind),
}

/// An agent, with what is declared of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// What its documentation says, which is its prompt where it has no body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// What it does.
    pub role: Role,
    /// The contract of what it is handed.
    pub input: ContractId,
    /// The contract of what it hands on.
    pub output: ContractId,
    /// The most tokens it may be handed, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_budget: Option<u32>,
    /// The most tokens it may hand on, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// How long one attempt may take, if that is bounded. Serialised as `"30s"`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration")]
    pub timeout: Option<Duration>,
    /// How long one attempt may show no sign of life, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration")]
    pub idle_timeout: Option<Duration>,
    /// Extra attempts after a failed one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// How many attempts may be under way at once in a runtime, if that is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Whether it blocks a thread of its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blocking: bool,
    /// Whether it waits for an answer from outside.
    #[serde(default, skip_serializing_if = "is_false")]
    pub signal: bool,
    /// Who is asked for its output, by the name of the type, if it returns a prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// The SHA-256 of its prompt, if that is its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Fingerprint>,
    /// The agents and the pipelines that it may call: its `tools(…)`. None where an agent is among its own by
    /// way of another, which cannot be run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Stage>,
    /// How often it may ask a model before it has its answer, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_turns: Option<u32>,
}

/// A pipeline that stands in another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// What its documentation says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The contract of what it takes.
    pub input: ContractId,
    /// The contract of what it hands on.
    pub output: ContractId,
    /// Its stages. None where a pipeline contains itself by way of another, which cannot be run.
    pub stages: Vec<Stage>,
}

/// What stops a value that is less sure than a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Gate {
    /// The threshold, in 0..=1. A runtime's `min_confidence` can raise it.
    pub confidence: f64,
}

/// One task for each of the items, in parallel, and when they have done enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanOut {
    /// Where the items are: the name of a field, or the text of the closure that makes them.
    pub of: String,
    /// The most tasks there may be, if that is bounded: `max = N`, or the `len(..=N)` of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// The most tasks that run at once, if that is bounded here and not by the runtime alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// Whether there may be no item at all.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allow_empty: bool,
    /// Whether each item comes out beside what is made of it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
    /// The function that makes a result of a failed task, as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recover: Option<String>,
    /// What each item goes through: an agent, or a chain.
    pub stages: Vec<Stage>,
    /// When the tasks have done enough.
    pub barrier: Barrier,
}

/// When the tasks of a fan-out have done enough, and what is made of their results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Barrier {
    /// How many tasks have to succeed.
    pub rule: Policy,
    /// When what has not settled counts as failed, if there is such a time. Serialised as `"30s"`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "duration")]
    pub deadline: Option<Duration>,
    /// The contract of what the barrier hands on: a `Vec`, or a `Partial` where results may be missing.
    pub hands_on: ContractId,
}

/// Typed routing: the first arm whose pattern the value has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Match {
    /// The arms, in their order.
    pub arms: Vec<Arm>,
}

/// One way that a value can go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Arm {
    /// The pattern as it is written, with its guard.
    pub pattern: String,
    /// Where it leads.
    pub stages: Vec<Stage>,
}

/// A bounded loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Repeat {
    /// The most rounds there are.
    pub max: u32,
    /// The condition that ends it, as it is written.
    pub until: String,
    /// Whether it goes on with its last value where it has run out of rounds: `else = last`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_last: bool,
    /// What a round is.
    pub stages: Vec<Stage>,
}

/// Different agents on the same value, all of which have to succeed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Join {
    /// The agents or pipelines, in the order of the tuple that is handed on; what is more than that is a
    /// [`Branch`].
    pub branches: Vec<Stage>,
}

/// Different agents on the same value, of which the first that succeeds is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Race {
    /// The agents or pipelines, in the order in which they are written; what is more than that is a [`Branch`].
    pub branches: Vec<Stage>,
}

/// A branch of a join or a race that is more than an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branch {
    /// Whether it may fail, and hands on an `Option`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// What the value goes through.
    pub stages: Vec<Stage>,
}

/// Agents of which each is called where the one before it has failed.
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

/// A name by which later closures know an output.
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
