//! What stages want of what comes to them.

use super::edge::{Actor, Consumer};
use crate::pipeline::check::{Agent, Branch, Gather, Node, Worker};

/// What stages want of what comes to them: who takes it, how much of that, and who is to be told.
#[derive(Clone)]
pub struct Intake<'c> {
    pub consumer: Consumer<'c>,
    /// Where what is handed on goes.
    pub target: Target,
    /// The most tokens that they may be handed, where that is declared.
    pub budget: Option<Budget>,
    /// The agent that reads it first, if it is not the pipeline itself.
    pub entry: Option<Actor>,
}

/// Where a value is addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To whom the chain that is driven was told to hand on.
    Outside,
    /// To an agent.
    Of(Actor),
    /// To an agent, in parts: the whole has no budget.
    Through(Actor),
    /// To the pipeline, which goes on with it.
    Itself,
}

/// The budget of stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Budget {
    /// That of an agent.
    Of(Actor),
    /// Each of them takes it.
    Smallest(Vec<Actor>),
    /// One of them takes it.
    Largest(Vec<Actor>),
}

impl<'c> Intake<'c> {
    /// Of stages, after which `exit` follows.
    pub fn of(nodes: &'c [Node], exit: &Self) -> Self {
        let Some((node, rest)) = nodes.split_first() else {
            return exit.clone();
        };
        let itself = |agents: Vec<&'c Agent>, budget: Option<Budget>| Self {
            consumer: Consumer::Any(agents),
            target: Target::Itself,
            budget,
            entry: None,
        };
        match node {
            Node::Gate(_) | Node::Bind(_) => Self::of(rest, exit),
            Node::Agent(agent) => {
                let actor = agent.actor();
                Self {
                    consumer: Consumer::Agent(agent),
                    target: Target::Of(actor),
                    budget: Some(Budget::Of(actor)),
                    entry: Some(actor),
                }
            }
            // A part has the budget, not the whole.
            Node::Gather(gather) => {
                let worker = gather.actor();
                Self {
                    consumer: Consumer::Any(Vec::new()),
                    target: Target::Through(worker),
                    budget: None,
                    entry: Some(worker),
                }
            }
            Node::Or(agents) => {
                let budget = Budget::Largest(agents.iter().map(Agent::actor).collect());
                itself(agents.iter().collect(), Some(budget))
            }
            Node::Join(join) => {
                let budget = Budget::Smallest(join.branches.iter().map(Branch::actor).collect());
                let takers = join.branches.iter().flat_map(|branch| branch.worker.takers());
                itself(takers.collect(), Some(budget))
            }
            Node::Race(race) => {
                let budget = Budget::Largest(race.branches.iter().map(Worker::actor).collect());
                itself(race.branches.iter().flat_map(Worker::takers).collect(), Some(budget))
            }
            Node::Repeat(repeat) => Self::of(&repeat.chain.nodes, exit),
            Node::Match(_) | Node::Map(_) => itself(Vec::new(), None),
        }
    }

    /// That of a chain's end: whatever follows has no part in what the chain declares.
    pub fn exit(consumer: Consumer<'c>, target: Target) -> Self {
        Self { consumer, target, budget: None, entry: None }
    }
}

impl Branch {
    /// What stands for it as an agent.
    pub fn actor(&self) -> Actor {
        self.optional.map_or_else(|| self.worker.actor(), Actor::Optional)
    }
}

impl Gather {
    /// What stands for its worker as an agent.
    pub fn actor(&self) -> Actor {
        if self.options.keep { Actor::Keeping(self.number) } else { self.worker.actor() }
    }
}

impl Worker {
    /// The agents that take what it is handed as it is.
    pub fn takers(&self) -> Vec<&Agent> {
        match self {
            Self::Agent(agent) => vec![agent],
            Self::Chain { chain, .. } => {
                let exit = Intake::exit(Consumer::Any(Vec::new()), Target::Outside);
                Intake::of(&chain.nodes, &exit).consumer.agents().to_vec()
            }
        }
    }

    /// What stands for it as an agent.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Agent(agent) => agent.actor(),
            Self::Chain { number, .. } => Actor::Tasks(*number),
        }
    }
}
