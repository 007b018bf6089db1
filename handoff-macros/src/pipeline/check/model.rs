//! A pipeline that can run.

use super::pattern::{self, Binding};
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
    /// Hands the value to several branches at once.
    Join(Join),
    /// Hands the value to several branches at once, and goes on with the first that succeeds.
    Race(Race),
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

/// What works on an item, or is a branch of a join or a race.
pub enum Worker {
    Agent(Agent),
    /// Ends with an agent. On an item, it begins with one as well, or with a `match` whose patterns say what it is.
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

/// 2 to 8 branches.
pub struct Join {
    pub keyword: Ident,
    pub branches: Vec<Branch>,
    pub place: Place,
    pub number: usize,
}

/// What works on the value of a join, at the same time as others.
pub struct Branch {
    pub worker: Worker,
    /// Its number among those that may fail, if it is one of them.
    pub optional: Option<usize>,
}

/// 2 to 8 branches.
pub struct Race {
    pub keyword: Ident,
    pub branches: Vec<Worker>,
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
            Some(Node::Agent(_) | Node::Or(_)) => true,
            Some(Node::Join(join)) => join.begins_with_agent(),
            Some(Node::Race(race)) => race.begins_with_agent(),
            Some(Node::Repeat(repeat)) => repeat.chain.begins_with_agent(),
            _ => false,
        }
    }

    /// The enum that the stages take, where they begin with a `match` that names it.
    pub fn matches(&self) -> Option<Path> {
        match self.first() {
            Some(Node::Match(routes)) => routes.of(),
            _ => None,
        }
    }

    /// Returns whether the type that the stages hand on is that of an agent, or made of it.
    pub fn ends_with_agent(&self) -> bool {
        match self.last() {
            Some(Node::Agent(_) | Node::Or(_) | Node::Join(_) | Node::Race(_) | Node::Gather(_)) => true,
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

    /// Whether there is a fan-out, a join or a race in it.
    pub fn is_parallel(&self) -> bool {
        self.nodes.iter().any(|node| {
            matches!(node, Node::Gather(_) | Node::Join(_) | Node::Race(_))
                || node.branches().into_iter().any(Self::is_parallel)
        })
    }

    /// Every agent in it, in the order in which they are written.
    pub fn agents(&self) -> Vec<&Agent> {
        let mut found = Vec::new();
        for node in &self.nodes {
            found.extend(node.agents());
            for chain in node.branches() {
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
            | Self::Race(_)
            | Self::Map(_) => false,
        }
    }

    /// The agents that it names itself, and those in its tasks.
    fn agents(&self) -> Vec<&Agent> {
        match self {
            Self::Agent(agent) => vec![agent],
            Self::Or(agents) => agents.iter().collect(),
            Self::Join(join) => join.branches.iter().flat_map(|branch| branch.worker.agents()).collect(),
            Self::Race(race) => race.branches.iter().flat_map(Worker::agents).collect(),
            Self::Gather(gather) => gather.worker.agents(),
            Self::Gate(_) | Self::Match(_) | Self::Repeat(_) | Self::Map(_) | Self::Bind(_) => Vec::new(),
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
            | Self::Race(_)
            | Self::Map(_)
            | Self::Bind(_) => Vec::new(),
        }
    }
}

impl Match {
    /// The enum whose variants the patterns are, as it is written: `Triage` of `Triage::Billing(ticket)`.
    pub fn of(&self) -> Option<Path> {
        self.arms.iter().find_map(|arm| pattern::enum_of(&arm.pattern))
    }
}

impl Worker {
    /// Every agent in it.
    fn agents(&self) -> Vec<&Agent> {
        match self {
            Self::Agent(agent) => vec![agent],
            Self::Chain { chain, .. } => chain.agents(),
        }
    }

    /// Returns whether the type that it takes is that of an agent.
    pub fn begins_with_agent(&self) -> bool {
        match self {
            Self::Agent(_) => true,
            Self::Chain { chain, .. } => chain.begins_with_agent(),
        }
    }
}

impl Join {
    /// Returns whether one of its branches says what they take.
    pub fn begins_with_agent(&self) -> bool {
        self.branches.iter().any(|branch| branch.worker.begins_with_agent())
    }
}

impl Race {
    /// Returns whether one of its branches says what they take.
    pub fn begins_with_agent(&self) -> bool {
        self.branches.iter().any(Worker::begins_with_agent)
    }
}
