//! A handoff as a value: what is handed on, who takes it, and what that asks of the two.

use super::confidence::Confidence;
use crate::pipeline::check::Agent;
use crate::spans::Place;

/// A handoff.
#[derive(Clone)]
pub struct Edge<'c> {
    pub from: Value,
    pub to: Consumer<'c>,
}

/// The value as it stands between two stages: who handed it on, and as what.
#[derive(Clone)]
pub struct Value {
    /// Who has handed it on, in messages.
    pub by: Actor,
    /// Its type, where that has a name: a part of another value has none.
    pub ty: Option<Type>,
    pub origin: Origin,
    /// The most tokens it may have, where somebody may say so.
    pub max: Option<Max>,
    /// What is known of its confidence.
    pub confidence: Confidence,
    /// Where it comes from: an agent, or a barrier.
    pub place: Place,
    /// Where all that it depends on stands: a fan-out with its barrier.
    pub whole: Place,
}

/// A type that hands on and takes: an agent of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The pipeline itself.
    Pipeline,
    /// One of its agents, by its number.
    Agent(usize),
    /// The stages that a task of a fan-out runs, or a branch of a join or a race is, by the number of their chain.
    Tasks(usize),
    /// What works on the items of the fan-out with this number, and keeps them.
    Keeping(usize),
    /// A branch of a join that may fail, by its number.
    Optional(usize),
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// What somebody takes.
    Input(Actor),
    /// What somebody hands on.
    Output(Actor),
    /// What a barrier hands on: a `Vec` of somebody's outputs where it is of `all`, else a `Partial`.
    Gathered { worker: Actor, all: bool },
    /// The outputs of agents, as a tuple.
    Tuple(Vec<Actor>),
    /// The enum that the tasks with this number match.
    Matched(usize),
}

/// Where a value comes from, which decides what an edge is checked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The pipeline's own input.
    Input,
    /// The output of an agent.
    Agent,
    /// A barrier; with the number of the fan-out, where it hands on all results.
    Barrier { all: Option<usize> },
    /// The outputs of these branches together.
    Joined(Vec<Actor>),
    /// A part of a value, or what a closure made: nothing that an agent declares.
    Computed,
    /// The output of one of several agents, all of the same type.
    Merged,
    /// It has been checked to be what the next stage takes, and is that.
    Converted,
}

/// The most tokens that a value may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Max {
    /// What somebody declares.
    Of(Actor),
    /// The largest of several, where each is declared.
    Largest(Vec<Max>),
}

/// Who takes what a stage hands on.
#[derive(Clone)]
pub enum Consumer<'c> {
    /// An agent.
    Agent(&'c Agent),
    /// A stage that takes any type; it has agents take the value as it is, or none.
    Any(Vec<&'c Agent>),
    /// Whoever started the pipeline.
    Caller,
    /// The next round of a loop, which begins with a value of this type, and with these agents.
    Round { ty: Option<Type>, agents: Vec<&'c Agent> },
    /// The stage where branches come together, after that which ends in `first`, and which hands on this type.
    Merge { first: Actor, ty: Type, agents: Vec<&'c Agent> },
}

impl Agent {
    pub fn actor(&self) -> Actor {
        Actor::Agent(self.number)
    }
}

impl Value {
    /// What comes from an agent. Something before it may have set a confidence.
    pub fn of(agent: &Agent, before: Confidence) -> Self {
        let (by, place) = (agent.actor(), agent.place);
        Self {
            by,
            ty: Some(Type::Output(by)),
            origin: Origin::Agent,
            max: Some(Max::Of(by)),
            confidence: before.or_output(by),
            place,
            whole: place,
        }
    }

    /// The most tokens it may have, where it is the output of one agent.
    pub fn output_max(&self) -> Option<&Max> {
        match self.origin {
            Origin::Agent | Origin::Merged | Origin::Converted => self.max.as_ref(),
            Origin::Input | Origin::Barrier { .. } | Origin::Joined(_) | Origin::Computed => None,
        }
    }
}

impl<'c> Consumer<'c> {
    /// The agents that take the value as it is: their budgets are for it.
    pub fn agents(&self) -> &[&'c Agent] {
        match self {
            Self::Agent(agent) => std::slice::from_ref(agent),
            Self::Any(agents) | Self::Round { agents, .. } | Self::Merge { agents, .. } => agents,
            Self::Caller => &[],
        }
    }

    /// The type that it asks for.
    pub fn wanted(&self) -> Option<Type> {
        match self {
            Self::Agent(agent) => Some(Type::Input(agent.actor())),
            Self::Any(agents) => agents.first().map(|agent| Type::Input(agent.actor())),
            Self::Caller => Some(Type::Output(Actor::Pipeline)),
            Self::Round { ty, .. } => ty.clone(),
            Self::Merge { ty, .. } => Some(ty.clone()),
        }
    }

    /// Returns whether a value is checked to be of that type on its way, rather than by what it comes to.
    pub fn converts(&self) -> bool {
        match self {
            Self::Agent(_) | Self::Caller | Self::Merge { .. } => true,
            Self::Round { ty, .. } => ty.is_some(),
            Self::Any(_) => false,
        }
    }
}

/// How a value becomes what its consumer takes.
#[derive(Clone, Copy)]
pub enum Conversion<'e> {
    /// It is taken as it is.
    AsIs,
    /// Its type is for rustc to infer, and comes to be this one.
    Becomes(&'e Consumer<'e>),
    /// It is a part of a value, whose type only rustc knows, and an agent takes it.
    Part(&'e Agent),
    /// It has a type, and a check says whether that is right.
    Checked { ty: &'e Type, by: Check<'e> },
}

/// The traits of the library in which the messages are written.
#[derive(Clone, Copy)]
pub enum Check<'e> {
    Begins(&'e Agent),
    HandsOff(&'e Agent),
    PassesBarrier(&'e Agent),
    ComesTo(&'e Agent),
    Ends,
    EndsWithBarrier,
    Leaves,
    GoesRound(&'e Type),
    Agrees { first: Actor, ty: &'e Type },
}

/// How large a value may be, as far as that is declared: to be compared with a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size<'e> {
    /// As large as what one agent hands on.
    One(&'e Max),
    /// The outputs of all tasks of the fan-out with this number.
    All { gather: usize, each: &'e Max },
    /// The outputs of the branches of a join.
    Joined(&'e [Actor]),
}

impl Edge<'_> {
    pub fn conversion(&self) -> Conversion<'_> {
        let Value { ty, origin, .. } = &self.from;
        let Some(ty) = ty else {
            return match &self.to {
                Consumer::Agent(agent) => Conversion::Part(agent),
                to if to.converts() => Conversion::Becomes(to),
                _ => Conversion::AsIs,
            };
        };
        let by = match (&self.to, origin) {
            (Consumer::Any(_) | Consumer::Round { ty: None, .. }, _) | (_, Origin::Converted) => {
                return Conversion::AsIs;
            }
            (Consumer::Agent(agent), Origin::Input) => Check::Begins(agent),
            (Consumer::Agent(agent), Origin::Agent | Origin::Merged) => Check::HandsOff(agent),
            (Consumer::Agent(agent), Origin::Barrier { .. }) => Check::PassesBarrier(agent),
            (Consumer::Agent(agent), Origin::Joined(_) | Origin::Computed) => Check::ComesTo(agent),
            (Consumer::Caller, Origin::Barrier { .. }) => Check::EndsWithBarrier,
            (Consumer::Caller, Origin::Joined(_) | Origin::Computed) => Check::Leaves,
            (Consumer::Caller, Origin::Input | Origin::Agent | Origin::Merged) => Check::Ends,
            (Consumer::Round { ty: Some(ty), .. }, _) => Check::GoesRound(ty),
            (Consumer::Merge { first, ty, .. }, _) => Check::Agrees { first: *first, ty },
        };
        Conversion::Checked { ty, by }
    }

    /// Where an error about the types on its two ends is pointed at.
    pub fn place(&self) -> Place {
        match &self.to {
            Consumer::Agent(agent) if self.from.origin == Origin::Input || self.from.ty.is_none() => {
                agent.place
            }
            Consumer::Agent(agent) => self.from.place.to(agent.place),
            _ => self.from.whole,
        }
    }

    /// What may come to the agents that take the value as it is, who are then named; nothing where a check before this
    /// one has looked at it, or nothing is declared.
    pub fn size(&self) -> Option<Size<'_>> {
        match (&self.from.origin, &self.from.max) {
            (Origin::Agent | Origin::Computed, Some(max)) => Some(Size::One(max)),
            (Origin::Barrier { all: Some(gather) }, Some(each)) => Some(Size::All { gather: *gather, each }),
            (Origin::Joined(agents), _) => Some(Size::Joined(agents)),
            _ => None,
        }
    }

    /// Where an error about its size is pointed at, which a budget of this agent is too small for.
    pub fn place_of_size(&self, agent: &Agent) -> Place {
        self.from.whole.to(agent.place)
    }
}
