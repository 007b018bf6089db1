//! A pipeline whose handoffs are known: the stages of the checked model, each with its edges.

use super::edge::{Actor, Edge, Type, Value};
use super::intake::{Intake, Target};
use crate::pipeline::check;
use proc_macro2::Ident;
use syn::Path;

/// Stages that follow one another.
pub struct Chain<'c> {
    pub checked: &'c check::Chain,
    pub stages: Vec<Stage<'c>>,
    /// What they want of what comes to them.
    pub intake: Intake<'c>,
    /// The handoff to whatever follows.
    pub leaves: Edge<'c>,
}

/// A stage, with the handoffs to it; where it hands on itself, `target` says where to.
pub enum Stage<'c> {
    Agent(Call<'c>),
    Or(Or<'c>),
    Gate(Gate<'c>),
    Gather(Box<Gather<'c>>),
    Match(Match<'c>),
    Repeat(Box<Repeat<'c>>),
    Join(Join<'c>),
    Race(Race<'c>),
    Map(Map<'c>),
    Bind(&'c Ident),
}

pub struct Call<'c> {
    pub agent: &'c check::Agent,
    pub enters: Edge<'c>,
    pub target: Target,
}

pub struct Or<'c> {
    pub attempts: Vec<Attempt<'c>>,
    pub target: Target,
}

/// One of the agents between which `or` stands.
pub struct Attempt<'c> {
    pub agent: &'c check::Agent,
    pub enters: Edge<'c>,
    pub leaves: Edge<'c>,
}

pub struct Gate<'c> {
    pub checked: &'c check::Gate,
    /// The value whose confidence it tests, and its type; `None` where there certainly is one, or nobody can say.
    pub tested: Option<(Value, Type)>,
}

pub struct Gather<'c> {
    pub checked: &'c check::Gather,
    /// What the items are taken from.
    pub from: Value,
    /// What works on an item: an agent, or these stages.
    pub worker: Actor,
    pub tasks: Option<Tasks<'c>>,
    /// The agent that takes an item, and the one that makes what is gathered, in messages.
    pub ends: (Actor, Actor),
    pub hands_on: Type,
    pub target: Target,
}

/// Stages that each task of a fan-out runs, or that a branch of a join or a race is.
pub struct Tasks<'c> {
    pub number: usize,
    /// What they take.
    pub input: Type,
    /// The enum that this is, where nothing but the patterns of their `match` says so.
    pub matched: Option<Path>,
    /// What they are a part of.
    pub part: &'static str,
    pub chain: Chain<'c>,
    /// Who hands on what comes out of them: the last agent, but where there are several, the pipeline.
    pub source: Actor,
}

pub struct Match<'c> {
    pub checked: &'c check::Match,
    pub arms: Vec<Arm<'c>>,
}

pub struct Arm<'c> {
    pub checked: &'c check::Arm,
    /// The handoff of the part to the agent that says what it is, if one does.
    pub enters: Option<Edge<'c>>,
    pub chain: Chain<'c>,
}

pub struct Repeat<'c> {
    pub checked: &'c check::Repeat,
    /// The handoff to the first round, where that begins with an agent.
    pub enters: Option<Edge<'c>>,
    pub chain: Chain<'c>,
    /// Where the value goes on to after the last round; after the others it goes to where the chain begins.
    pub target: Target,
}

pub struct Join<'c> {
    pub checked: &'c check::Join,
    pub branches: Vec<JoinBranch<'c>>,
    pub target: Target,
}

pub struct Race<'c> {
    pub checked: &'c check::Race,
    pub branches: Vec<JoinBranch<'c>>,
    /// What each of them hands on, if it is the first to succeed.
    pub leaves: Vec<Edge<'c>>,
    pub target: Target,
}

/// What works on the value of a join or a race, at the same time as others.
pub struct JoinBranch<'c> {
    pub worker: &'c check::Worker,
    /// The handoffs to the agents that take the value; the first of them says what it is.
    pub enters: Vec<Edge<'c>>,
    pub tasks: Option<Tasks<'c>>,
}

pub struct Map<'c> {
    pub checked: &'c check::Map,
    /// What the closure has to make, where somebody says so.
    pub wanted: Option<Type>,
    pub target: Target,
}
