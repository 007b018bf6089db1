//! The raw model of a pipeline: what was written, with the places where it was.

use crate::errors::shown;
use crate::pipeline::policy::Policy;
use crate::spans::Place;
use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprClosure, LitStr, Member, Pat, Path, Token, Type, Visibility};

/// A pipeline as it was written.
pub struct Raw {
    pub header: Header,
    pub stages: Vec<Stage>,
}

/// `pub name(input: Input) -> Output`, and what stands before it.
#[derive(Clone)]
pub struct Header {
    pub krate: Path,
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub ident: Ident,
    /// The name of the input, where the stages mention it.
    pub argument: Option<Ident>,
    pub input: Type,
    pub output: Type,
}

/// One stage. Chains nest: what stands in braces is stages again.
#[allow(clippy::large_enum_variant)] // a handful, for as long as a macro runs
pub enum Stage {
    Agent(AgentStage),
    /// `plan or plan_simple`: at least two.
    Or(Vec<AgentStage>),
    Gate(Gate),
    FanOut(Box<FanOut>),
    Barrier(Barrier),
    Match(Match),
    Repeat(Repeat),
    Join(Join),
    Race(Race),
    Map(Map),
    /// `as name`, after the stage whose output it names.
    Bind(Ident),
    /// What was meant cannot be told, and has been reported: nothing follows from it.
    Unreadable,
}

/// The name of an agent or of another pipeline.
pub struct AgentStage {
    pub path: Path,
}

/// `match { A(x) => one, B(y) if y.big => two => three, _ => four }`
pub struct Match {
    pub keyword: Token![match],
    pub arms: Vec<Arm>,
}

/// `B(y) if y.big => two => three`
pub struct Arm {
    pub pattern: Pat,
    pub guard: Option<Expr>,
    pub place: Place,
    pub stages: Vec<Stage>,
}

/// `repeat(max = 3, until = |draft| draft.approved) { critique => revise }`
pub struct Repeat {
    pub keyword: Ident,
    pub max: Expr,
    pub until: Expr,
    /// `else = last`
    pub or_last: bool,
    pub stages: Vec<Stage>,
}

/// `join(legal, { read => check }, optional(style))`
pub struct Join {
    pub keyword: Ident,
    pub place: Place,
    pub branches: Vec<Branch>,
}

/// `race(security, { read => check })`
pub struct Race {
    pub keyword: Ident,
    pub branches: Vec<Vec<Stage>>,
}

/// One of the branches of a join: an agent, or stages.
pub struct Branch {
    pub optional: bool,
    pub stages: Vec<Stage>,
}

/// `map(|plan| plan.summary)`
pub struct Map {
    pub place: Place,
    pub closure: Expr,
}

/// `gate(confidence >= 0.6)`
pub struct Gate {
    pub keyword: Ident,
    pub place: Place,
    pub threshold: Expr,
}

/// `fan_out(field, max = 8) agent`, or with stages in braces
pub struct FanOut {
    pub keyword: Ident,
    pub items: Items,
    pub options: FanOutOptions,
    pub worker: Worker,
}

/// What a fan-out does with an item.
pub enum Worker {
    Agent(AgentStage),
    /// `{ read => extract }`
    Chain {
        braces: Place,
        stages: Vec<Stage>,
    },
}

/// What is fanned out.
pub enum Items {
    /// A field of what comes in: `fan_out(subtasks)`
    Field(Member),
    /// What a closure makes of it: `fan_out(|plan| …)`
    Chosen(ExprClosure),
}

impl Items {
    /// As a message shows it.
    pub fn shown(&self) -> String {
        match self {
            Self::Field(field) => shown(field),
            Self::Chosen(closure) => {
                let inputs = &closure.inputs;
                format!("|{}| …", shown(inputs))
            }
        }
    }
}

/// What stands behind the items.
#[derive(Default)]
pub struct FanOutOptions {
    pub max: Option<Expr>,
    pub concurrency: Option<Expr>,
    pub allow_empty: bool,
    /// Whether the items come out beside what is made of them.
    pub keep: bool,
    pub label: Option<Expr>,
    pub recover: Option<Expr>,
}

/// `barrier(all, deadline = "30s")`
pub struct Barrier {
    pub keyword: Ident,
    pub place: Place,
    pub policy: Policy,
    pub deadline: Option<LitStr>,
}
