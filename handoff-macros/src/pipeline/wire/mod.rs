//! Who hands what to whom: every edge of a pipeline as a value, before any code is written.
//!
//! An edge depends on what comes before it (who made the value, and what is known of it) and on what comes after (who
//! takes it). The first is carried along the stages as a [`Value`]; the second is asked of the stages that follow:
//! [`Intake::of`].

mod branches;
mod confidence;
mod edge;
mod intake;
mod model;
#[cfg(test)]
mod tests;

pub use confidence::{Branch, Confidence, Payload};
pub use edge::{Actor, Check, Consumer, Conversion, Edge, Max, Origin, Size, Type, Value};
pub use intake::{Budget, Intake, Target};
pub use model::{
    Arm, Attempt, Call, Chain, Gate, Gather, Join, JoinBranch, Map, Match, Or, Race, Repeat, Stage, Tasks,
};

use crate::pipeline::check::{self, Agent, Node, Worker};
use crate::spans::Place;
use branches::Branches;

/// Wires the stages of a pipeline, whose input is declared at a place.
pub fn wire(chain: &check::Chain, input: Place) -> Chain<'_> {
    let value = Value {
        by: Actor::Pipeline,
        ty: Some(Type::Input(Actor::Pipeline)),
        origin: Origin::Input,
        max: None,
        confidence: Confidence::of_input(),
        place: input,
        whole: input,
    };
    self::chain(chain, value, Intake::exit(Consumer::Caller, Target::Outside))
}

/// Wires stages that begin with a value, and after which `exit` follows.
fn chain<'c>(chain: &'c check::Chain, value: Value, exit: Intake<'c>) -> Chain<'c> {
    let mut wire = Wire { value, exit, stages: Vec::new() };
    for (index, node) in chain.nodes.iter().enumerate() {
        wire.stage(node, &chain.nodes[index + 1..]);
    }
    let Wire { value, exit, stages } = wire;
    let intake = Intake::of(&chain.nodes, &exit);
    Chain { checked: chain, stages, intake, leaves: Edge { from: value, to: exit.consumer } }
}

/// Goes along the stages of a chain.
struct Wire<'c> {
    /// What comes out of the last one.
    value: Value,
    /// What follows the chain.
    exit: Intake<'c>,
    stages: Vec<Stage<'c>>,
}

impl<'c> Wire<'c> {
    fn stage(&mut self, node: &'c Node, rest: &'c [Node]) {
        let next = Intake::of(rest, &self.exit);
        let stage = match node {
            Node::Agent(agent) => {
                let call = Call { agent, enters: self.to(agent), target: next.target };
                self.value = Value::of(agent, self.value.confidence.clone());
                Stage::Agent(call)
            }
            Node::Or(agents) => Stage::Or(self.or(agents, next)),
            Node::Gate(gate) => Stage::Gate(self.gate(gate, &next)),
            Node::Gather(gather) => Stage::Gather(Box::new(self.gather(gather, &next))),
            Node::Match(routes) => Stage::Match(self.routes(routes, &next)),
            Node::Repeat(repeat) => Stage::Repeat(Box::new(self.repeat(repeat, &next))),
            Node::Join(join) => Stage::Join(self.join(join, &next)),
            Node::Race(race) => Stage::Race(self.race(race, next)),
            Node::Map(map) => Stage::Map(self.map(map, &next)),
            Node::Bind(name) => Stage::Bind(name),
        };
        self.stages.push(stage);
    }

    /// The handoff to an agent.
    fn to(&self, agent: &'c Agent) -> Edge<'c> {
        Edge { from: self.value.clone(), to: Consumer::Agent(agent) }
    }

    fn or(&mut self, agents: &'c [Agent], next: Intake<'c>) -> Or<'c> {
        let mut branches = Branches::to(next.consumer);
        let mut attempts = Vec::new();
        for agent in agents {
            let exit = branches.exit();
            let from = Value::of(agent, self.value.confidence.clone());
            branches.add(&from);
            attempts.push(Attempt { agent, enters: self.to(agent), leaves: Edge { from, to: exit } });
        }
        self.value = branches.meet(&self.value);
        Or { attempts, target: next.target }
    }

    fn gate(&self, gate: &'c check::Gate, next: &Intake<'c>) -> Gate<'c> {
        // A value without a name of its own is what the next stage takes, if that says so.
        let ty = self.value.ty.clone().or_else(|| next.consumer.wanted());
        let tested = ty.filter(|_| !self.value.confidence.counted).map(|ty| (self.value.clone(), ty));
        Gate { checked: gate, tested }
    }

    fn gather(&mut self, gather: &'c check::Gather, next: &Intake<'c>) -> Gather<'c> {
        let worker = gather.actor();
        let (ends, tasks) = match &gather.worker {
            Worker::Agent(agent) => ((agent.actor(), agent.actor()), None),
            Worker::Chain { chain, number } => {
                let tasks = self.tasks(chain, *number, "fan_out");
                let first = tasks.chain.intake.consumer.agents().first().map(|agent| agent.actor());
                let ends = (first.unwrap_or(Actor::Pipeline), tasks.chain.leaves.from.by);
                (ends, Some(tasks))
            }
        };
        let all = gather.policy.is_of_all();
        let hands_on = Type::Gathered { worker, all };
        let value = Value {
            by: ends.1,
            ty: Some(hands_on.clone()),
            origin: Origin::Barrier { all: all.then_some(gather.number) },
            max: Some(Max::Of(worker)),
            confidence: self.value.confidence.clone().or_counted(),
            place: gather.barrier,
            whole: gather.fans_out.to(gather.barrier),
        };
        let from = std::mem::replace(&mut self.value, value);
        Gather { checked: gather, from, worker, tasks, ends, hands_on, target: next.target }
    }

    /// Stages that run on their own. What they take their first agent says; without one, which only a branch of a
    /// join or a race may be, it is what there is.
    fn tasks(&self, chain: &'c check::Chain, number: usize, part: &'static str) -> Tasks<'c> {
        let exit = Intake::exit(Consumer::Any(Vec::new()), Target::Outside);
        let consumer = Intake::of(&chain.nodes, &exit).consumer;
        let (mut value, first) = (self.value.clone(), consumer.agents().first());
        let matched = if part == "fan_out" { chain.matches() } else { None };
        let wanted = consumer.wanted().or_else(|| match &matched {
            Some(_) => Some(Type::Matched(number)),
            None => value.ty.clone(),
        });
        let input = wanted.unwrap_or(Type::Input(Actor::Pipeline));
        if let Some(agent) = first {
            value.confidence = value.confidence.or_input(agent.actor());
            (value.place, value.whole) = (agent.place, agent.place);
        }
        // Where several agents take it, each is checked to take the same.
        let is_converted = matches!(consumer, Consumer::Agent(_));
        value.origin = if is_converted { Origin::Converted } else { Origin::Computed };
        (value.ty, value.max) = (Some(input.clone()), None);
        let source = match chain.last() {
            Some(Node::Agent(agent)) => agent.actor(),
            _ => Actor::Pipeline,
        };
        Tasks { number, input, matched, part, source, chain: self::chain(chain, value, exit) }
    }

    fn routes(&mut self, routes: &'c check::Match, next: &Intake<'c>) -> Match<'c> {
        let mut branches = Branches::to(next.consumer.clone());
        let mut arms = Vec::new();
        for arm in &routes.arms {
            let exit = Intake::exit(branches.exit(), next.target);
            let arm = self.arm(arm, exit);
            branches.add(&arm.chain.leaves.from);
            arms.push(arm);
        }
        self.value = branches.meet(&self.value);
        Match { checked: routes, arms }
    }

    /// An arm begins with a part of the value, or with the value.
    fn arm(&self, arm: &'c check::Arm, exit: Intake<'c>) -> Arm<'c> {
        let mut part = self.value.clone();
        if let Some(binding) = &arm.binding {
            // Only what is nearly the whole is as large as the whole may be.
            if !(binding.is_variant && part.origin == Origin::Agent) {
                part.max = None;
            }
            (part.ty, part.origin) = (None, Origin::Computed);
        }
        let consumer = Intake::of(&arm.chain.nodes, &exit).consumer;
        let mut enters = None;
        if let (None, Some(agent)) = (&part.ty, consumer.agents().first()) {
            let actor = agent.actor();
            let mut from = part.clone();
            if let Consumer::Agent(_) = consumer {
                part.origin = Origin::Converted;
            } else {
                // It is compared with the budgets of all of them, at their stage.
                (from.max, part.origin) = (None, Origin::Computed);
            }
            (part.ty, part.confidence) = (Some(Type::Input(actor)), part.confidence.or_input(actor));
            enters = Some(Edge { from, to: Consumer::Agent(agent) });
        }
        Arm { checked: arm, enters, chain: chain(&arm.chain, part, exit) }
    }

    fn repeat(&mut self, repeat: &'c check::Repeat, next: &Intake<'c>) -> Repeat<'c> {
        let begins = Intake::of(&repeat.chain.nodes, &self.exit).consumer;
        let (mut value, mut enters) = (self.value.clone(), None);
        if let Consumer::Agent(agent) = begins {
            enters = Some(self.to(agent));
            (value.ty, value.origin) = (begins.wanted(), Origin::Converted);
        }
        let ty = value.ty.clone();
        let round = Consumer::Round { ty: ty.clone(), agents: begins.agents().to_vec() };
        let chain = chain(&repeat.chain, value, Intake::exit(round, Target::Itself));
        self.value = chain.leaves.from.clone();
        // Where the last stage has been refused, no more is said about its type.
        self.value.ty = ty.or(self.value.ty.take());
        if self.value.origin == Origin::Converted {
            self.value.origin = Origin::Merged;
        }
        Repeat { checked: repeat, enters, chain, target: next.target }
    }

    fn join(&mut self, join: &'c check::Join, next: &Intake<'c>) -> Join<'c> {
        let branches = join.branches.iter().map(|branch| self.branch(&branch.worker).0).collect();
        let actors: Vec<_> = join.branches.iter().map(check::Branch::actor).collect();
        self.value = Value {
            by: Actor::Pipeline,
            ty: Some(Type::Tuple(actors.clone())),
            confidence: Confidence::of_outputs(&actors),
            origin: Origin::Joined(actors),
            max: None,
            place: join.place,
            whole: join.place,
        };
        Join { checked: join, branches, target: next.target }
    }

    fn race(&mut self, race: &'c check::Race, next: Intake<'c>) -> Race<'c> {
        let mut ends = Branches::to(next.consumer);
        let (mut branches, mut leaves) = (Vec::new(), Vec::new());
        for worker in &race.branches {
            let (branch, from) = self.branch(worker);
            leaves.push(Edge { from: from.clone(), to: ends.exit() });
            ends.add(&from);
            branches.push(branch);
        }
        self.value = ends.meet(&self.value);
        Race { checked: race, branches, leaves, target: next.target }
    }

    /// A branch, and what it hands on.
    fn branch(&self, worker: &'c Worker) -> (JoinBranch<'c>, Value) {
        let (tasks, value) = match worker {
            Worker::Agent(agent) => (None, Value::of(agent, self.value.confidence.clone())),
            Worker::Chain { chain, number } => {
                let tasks = self.tasks(chain, *number, "branch");
                let value = tasks.chain.leaves.from.clone();
                (Some(tasks), value)
            }
        };
        let enters = worker.takers().into_iter().map(|agent| self.to(agent)).collect();
        (JoinBranch { worker, enters, tasks }, value)
    }

    fn map(&mut self, map: &'c check::Map, next: &Intake<'c>) -> Map<'c> {
        let consumer = &next.consumer;
        let wanted = consumer.wanted();
        let mut confidence = self.value.confidence.clone();
        if let Some(agent) = consumer.agents().first() {
            confidence = confidence.or_input(agent.actor());
        }
        self.value = Value {
            by: Actor::Pipeline,
            ty: wanted.clone(),
            origin: if consumer.converts() { Origin::Converted } else { Origin::Computed },
            max: None,
            confidence,
            place: map.place,
            whole: map.place,
        };
        Map { checked: map, wanted, target: next.target }
    }
}
