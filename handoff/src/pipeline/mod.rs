//! Pipelines: the stages that the code of `pipeline!` calls, and the traits in which its compile
//! errors are written.

mod branches;
#[doc(hidden)]
pub mod capacity;
mod fan_out;
mod join;
mod keeping;
mod list;
mod names;
mod optional;
mod race;
mod routing;
mod stages;

pub use crate::diagnostics::{
    Agrees, AllWithinBudget, Begins, ComesTo, Confident, ConfidentJoin, ConfidentWay, Ends, EndsWithBarrier,
    Fits, GoesRound, HandsOff, ItemWithinBudget, JoinWithinBudget, Leaves, PassesBarrier, Quorum,
    RoundsBound, TaskBound, Threshold, WidthBound, WithinBudget, WithinWidth,
};
#[doc(hidden)]
pub use branches::{AnyBranch, Join};
pub use fan_out::Label;
#[doc(hidden)]
pub use fan_out::{FanOut, choose, fan_out, label};
#[doc(hidden)]
pub use join::join;
#[doc(hidden)]
pub use keeping::Keeping;
pub use list::{FansOut, List};
pub(crate) use names::each_arity;
pub use names::{DescribedAs, Names};
#[doc(hidden)]
pub use optional::Optional;
#[doc(hidden)]
pub use race::race;
#[doc(hidden)]
pub use routing::{
    OrOutcome, Rounds, Until, as_is, fall_back, guard, hand_off_again, hand_off_to, map, or, spare,
};
#[doc(hidden)]
pub use stages::{gate, in_pipeline};
