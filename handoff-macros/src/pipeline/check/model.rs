//! A pipeline that can run.

use super::pattern::Binding;
use crate::pipeline::policy::Policy;
use crate::pipeline::syntax::{FanOutOptions, Items};
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
    Gate(Gate),
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
    /// Gives the value a name.
    Bind(Ident),
}

/// The name of an agent or of another pipeline.
pub struct Agent {
    pub path: Path,
    pub place: Place,
    /// Among all agents of the pipeline, from 1.
    pub number: usize,
}

pub struct Gate {
    pub threshold: Expr,
    pub place: Place,
    pub number: usize,
}

/// One task for each item, and when they have done enough.
pub struct Gather {
    pub items: Items,
    pub options: FanOutOptions,
    pub worker: Worker,
    pub policy: Policy,
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
    /// Whether it goes on with its last value where it has run out of rounds.
    pub or_last: bool,
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
    /// The stage that takes what comes to the chain, if there is one.
    pub fn first(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| !node.passes_on())
    }

    /// The stage that makes what the chain hands on, if there is one.
    pub fn last(&self) -> Option<&Node> {
        self.nodes.iter().rfind(|node| !node.passes_on())
    }

    /// Returns whether the type that the stages take is that of an agent.
    pub fn begins_with_agent(&self) -> bool {
        match self.first() {
            Some(Node::Agent(_) | Node::Or(_) | Node::Join(_)) => true,
            Some(Node::Repeat(repeat)) => repeat.chain.begins_with_agent(),
            _ => false,
        }
    }

    /// Returns whether the type that the stages hand on is that of an agent, or made of it.
    pub fn ends_with_agent(&self) -> bool {
        match self.last() {
            Some(Node::Agent(_) | Node::Or(_) | Node::Join(_) | Node::Gather(_)) => true,
            Some(Node::Match(routes)) => routes.arms.iter().any(|arm| arm.chain.ends_with_agent()),
            Some(Node::Repeat(repeat)) => repeat.chain.ends_with_agent(),
            _ => false,
        }
    }

    /// Returns whether a stage gives a name that closures can see; those of a fan-out's tasks have a scope of their
    /// own.
    pub fn binds(&self) -> bool {
        self.nodes
            .iter()
            .any(|node| matches!(node, Node::Bind(_)) || node.branches().into_iter().any(Self::binds))
    }

    /// Every agent in it, in the order in which they are written.
    pub fn agents(&self) -> Vec<&Agent> {
        let mut found = Vec::new();
        for node in &self.nodes {
            found.extend(node.agents());
            for chain in node.branches().into_iter().chain(node.tasks()) {
                found.extend(chain.agents());
            }
        }
        found
    }
}

/// What a kind of stage is asked, each question in one place: a new kind answers all of them.
impl Node {
    /// Returns whether it hands on what it is handed.
    pub fn passes_on(&self) -> bool {
        match self {
            Self::Gate(_) | Self::Bind(_) => true,
            Self::Agent(_)
            | Self::Or(_)
            | Self::Gather(_)
            | Self::Match(_)
            | Self::Repeat(_)
            | Self::Join(_)
            | Self::Map(_) => false,
        }
    }

    /// The agents that it names itself.
    fn agents(&self) -> &[Agent] {
        match self {
            Self::Agent(agent) => std::slice::from_ref(agent),
            Self::Or(agents) => agents,
            Self::Join(join) => &join.agents,
            Self::Gather(gather) => match &gather.worker {
                Worker::Agent(agent) => std::slice::from_ref(agent),
                Worker::Chain { .. } => &[],
            },
            Self::Gate(_) | Self::Match(_) | Self::Repeat(_) | Self::Map(_) | Self::Bind(_) => &[],
        }
    }

    /// The stages in its braces that are driven as a part of the chain that it stands in.
    fn branches(&self) -> Vec<&Chain> {
        match self {
            Self::Match(routes) => routes.arms.iter().map(|arm| &arm.chain).collect(),
            Self::Repeat(repeat) => vec![&repeat.chain],
            Self::Agent(_)
            | Self::Or(_)
            | Self::Gate(_)
            | Self::Gather(_)
            | Self::Join(_)
            | Self::Map(_)
            | Self::Bind(_) => Vec::new(),
        }
    }

    /// The stages in its braces that are driven by themselves, in tasks.
    fn tasks(&self) -> Option<&Chain> {
        match self {
            Self::Gather(gather) => match &gather.worker {
                Worker::Agent(_) => None,
                Worker::Chain { chain, .. } => Some(chain),
            },
            Self::Agent(_)
            | Self::Or(_)
            | Self::Gate(_)
            | Self::Match(_)
            | Self::Repeat(_)
            | Self::Join(_)
            | Self::Map(_)
            | Self::Bind(_) => None,
        }
    }
}
