//! The raw model of a pipeline: what was written, with the places where it was.

use crate::errors::shown;
use crate::spans::Place;
use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprClosure, LitStr, Member, Pat, Path, Token, Type, Visibility};

/// A pipeline as it was written.
pub(in crate::pipeline) struct Raw {
    pub(in crate::pipeline) header: Header,
    pub(in crate::pipeline) stages: Vec<Stage>,
}

/// `pub name(Input) -> Output`, and what stands before it.
pub(in crate::pipeline) struct Header {
    pub(in crate::pipeline) krate: Path,
    pub(in crate::pipeline) attributes: Vec<Attribute>,
    pub(in crate::pipeline) visibility: Visibility,
    pub(in crate::pipeline) ident: Ident,
    pub(in crate::pipeline) input: Type,
    pub(in crate::pipeline) output: Type,
}

/// One stage. Chains nest: what stands in braces is stages again.
#[allow(clippy::large_enum_variant)] // a handful, for as long as a macro runs
pub(in crate::pipeline) enum Stage {
    Agent(AgentStage),
    /// `plan or plan_simple`: at least two.
    Or(Vec<AgentStage>),
    Gate(Gate),
    FanOut(Box<FanOut>),
    Barrier(Barrier),
    Match(Match),
    Repeat(Repeat),
    Join(Join),
    Map(Map),
    /// `as name`, after the stage whose output it keeps.
    Keep(Ident),
    /// What was meant cannot be told, and has been reported: nothing follows from it.
    Unreadable,
}

/// The name of an agent or of another pipeline.
pub(in crate::pipeline) struct AgentStage {
    pub(in crate::pipeline) path: Path,
}

/// `match { A(x) => one, B(y) if y.big => two => three, _ => four }`
pub(in crate::pipeline) struct Match {
    pub(in crate::pipeline) keyword: Token![match],
    pub(in crate::pipeline) arms: Vec<Arm>,
}

/// `B(y) if y.big => two => three`
pub(in crate::pipeline) struct Arm {
    pub(in crate::pipeline) pattern: Pat,
    pub(in crate::pipeline) guard: Option<Expr>,
    pub(in crate::pipeline) place: Place,
    pub(in crate::pipeline) stages: Vec<Stage>,
}

/// `repeat(max = 3, until = |draft| draft.approved) { critique => revise }`
pub(in crate::pipeline) struct Repeat {
    pub(in crate::pipeline) keyword: Ident,
    pub(in crate::pipeline) max: Expr,
    pub(in crate::pipeline) until: Expr,
    pub(in crate::pipeline) stages: Vec<Stage>,
}

/// `join(legal, security)`
pub(in crate::pipeline) struct Join {
    pub(in crate::pipeline) keyword: Ident,
    pub(in crate::pipeline) place: Place,
    pub(in crate::pipeline) agents: Vec<AgentStage>,
}

/// `map(|plan| plan.summary)`
pub(in crate::pipeline) struct Map {
    pub(in crate::pipeline) place: Place,
    pub(in crate::pipeline) closure: Expr,
}

/// `gate(confidence >= 0.6)`
pub(in crate::pipeline) struct Gate {
    pub(in crate::pipeline) keyword: Ident,
    pub(in crate::pipeline) place: Place,
    pub(in crate::pipeline) threshold: Expr,
}

/// `fan_out(field, max = 8) agent`, or with stages in braces
pub(in crate::pipeline) struct FanOut {
    pub(in crate::pipeline) keyword: Ident,
    pub(in crate::pipeline) items: Items,
    pub(in crate::pipeline) options: FanOutOptions,
    pub(in crate::pipeline) worker: Worker,
}

/// What a fan-out does with an item.
pub(in crate::pipeline) enum Worker {
    Agent(AgentStage),
    /// `{ read => extract }`
    Chain {
        braces: Place,
        stages: Vec<Stage>,
    },
}

/// What is fanned out.
pub(in crate::pipeline) enum Items {
    /// A field of what comes in: `fan_out(subtasks)`
    Field(Member),
    /// What a closure makes of it: `fan_out(|plan| …)`
    Chosen(ExprClosure),
}

impl Items {
    /// As a message shows it.
    pub(in crate::pipeline) fn shown(&self) -> String {
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
pub(in crate::pipeline) struct FanOutOptions {
    pub(in crate::pipeline) max: Option<Expr>,
    pub(in crate::pipeline) concurrency: Option<Expr>,
    pub(in crate::pipeline) allow_empty: bool,
    pub(in crate::pipeline) label: Option<Expr>,
    pub(in crate::pipeline) recover: Option<Expr>,
}

/// `barrier(all, deadline = "30s")`
pub(in crate::pipeline) struct Barrier {
    pub(in crate::pipeline) keyword: Ident,
    pub(in crate::pipeline) place: Place,
    pub(in crate::pipeline) rule: Rule,
    pub(in crate::pipeline) deadline: Option<LitStr>,
}

/// When a barrier is passed.
pub(in crate::pipeline) enum Rule {
    All,
    Settled,
    AtLeast(Expr),
    AtLeastPercent(Expr),
    First(Expr),
}
