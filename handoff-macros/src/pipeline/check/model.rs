//! A pipeline that can run.

use super::pattern::Binding;
use crate::pipeline::syntax::{FanOutOptions, Items, Rule};
use crate::spans::Place;
use proc_macro2::Ident;
use std::time::Duration;
use syn::{Expr, Pat, Path, Token};

/// Stages that follow one another.
pub struct Chain {
    pub nodes: Vec<Node>,
}

/// A stage that can run.
pub enum Node {
    /// Hands the value to an agent.
    Agent(Agent),
    /// Hands the value to one agent after the other, until one succeeds: at least two.
    Or(Vec<Agent>),
    /// Stops what is doubtful.
    Gate { threshold: Expr, place: Place, number: usize },
    /// A fan-out and its barrier, which are one: nothing can stand between them.
    Gather(Box<Gather>),
    /// Goes one way of several.
    Match(Match),
    /// Goes round.
    Repeat(Box<Repeat>),
    /// Hands the value to several agents at once.
    Join(Join),
    /// Makes something else of the value.
    Map(Map),
    /// Keeps the value under a name.
    Keep(Ident),
}

/// The name of an agent or of another pipeline.
pub struct Agent {
    pub path: Path,
    pub place: Place,
    /// Among all agents of the pipeline, from 1.
    pub number: usize,
}

/// One task for each item, and when they have done enough.
pub struct Gather {
    pub items: Items,
    pub options: FanOutOptions,
    pub worker: Worker,
    pub rule: Rule,
    pub deadline: Option<Duration>,
    /// From `fan_out` to its agent.
    pub fans_out: Place,
    pub barrier: Place,
    pub number: usize,
}

/// What works on an item.
pub enum Worker {
    Agent(Agent),
    /// Begins and ends with agents.
    Chain {
        chain: Chain,
        number: usize,
    },
}

/// At least one arm.
pub struct Match {
    pub keyword: Token![match],
    pub arms: Vec<Arm>,
}

pub struct Arm {
    pub pattern: Pat,
    /// What goes on; the whole value where the pattern binds nothing.
    pub binding: Option<Binding>,
    pub guard: Option<Expr>,
    /// Where its stages stand.
    pub place: Place,
    pub chain: Chain,
}

/// A loop with at least one agent in it.
pub struct Repeat {
    pub max: Expr,
    pub until: Expr,
    pub chain: Chain,
    pub number: usize,
}

/// 2 to 8 agents.
pub struct Join {
    pub agents: Vec<Agent>,
    pub place: Place,
    pub number: usize,
}

pub struct Map {
    pub closure: Expr,
    pub place: Place,
}

impl Chain {
    /// Whether the type that the stages take is that of an agent.
    pub fn begins_with_agent(&self) -> bool {
        match self.nodes.iter().find(|node| !matches!(node, Node::Gate { .. } | Node::Keep(_))) {
            Some(Node::Agent(_) | Node::Or(_) | Node::Join(_)) => true,
            Some(Node::Repeat(repeat)) => repeat.chain.begins_with_agent(),
            _ => false,
        }
    }

    /// Whether the type that the stages hand on is that of an agent, or made of it.
    pub fn ends_with_agent(&self) -> bool {
        match self.nodes.iter().rfind(|node| !matches!(node, Node::Gate { .. } | Node::Keep(_))) {
            Some(Node::Agent(_) | Node::Or(_) | Node::Join(_) | Node::Gather(_)) => true,
            Some(Node::Match(routes)) => routes.arms.iter().any(|arm| arm.chain.ends_with_agent()),
            Some(Node::Repeat(repeat)) => repeat.chain.ends_with_agent(),
            _ => false,
        }
    }

    /// Every agent in it, in the order in which they are written.
    pub fn agents<'c>(&'c self, found: &mut Vec<&'c Agent>) {
        for node in &self.nodes {
            match node {
                Node::Agent(agent) => found.push(agent),
                Node::Or(agents) => found.extend(agents),
                Node::Join(join) => found.extend(&join.agents),
                Node::Gather(gather) => gather.worker.agents(found),
                Node::Match(routes) => {
                    for arm in &routes.arms {
                        arm.chain.agents(found);
                    }
                }
                Node::Repeat(repeat) => repeat.chain.agents(found),
                Node::Gate { .. } | Node::Map(_) | Node::Keep(_) => {}
            }
        }
    }
}

impl Worker {
    pub fn agents<'c>(&'c self, found: &mut Vec<&'c Agent>) {
        match self {
            Self::Agent(agent) => found.push(agent),
            Self::Chain { chain, .. } => chain.agents(found),
        }
    }
}
