//! Pipelines: the stages that the code of `pipeline!` calls, and the traits in which its compile
//! errors are written.

#[doc(hidden)]
pub mod capacity;
mod checks;
mod fan_out;
mod join;
mod list;
mod names;
mod optional;
mod routing;
mod stages;
mod ways;

pub use checks::{
    AllWithinBudget, Begins, Confident, ConfidentJoin, ConfidentWay, Ends, EndsWithBarrier, FansOut,
    HandsOff, Label, PassesBarrier, Quorum, RoundsBound, TaskBound, Threshold, WidthBound, WithinBudget,
    WithinWidth,
};
#[doc(hidden)]
pub use fan_out::{FanOut, choose, fan_out, label};
#[doc(hidden)]
pub use join::{Join, Joined, join};
pub use list::List;
pub(crate) use names::each_arity;
pub use names::{DescribedAs, Names};
#[doc(hidden)]
pub use optional::Optional;
#[doc(hidden)]
pub use routing::{Attempt, Rounds, Until, as_is, attempt, fall_back, guard, hand_on, hand_to, map, spare};
#[doc(hidden)]
pub use stages::{gate, in_pipeline};
pub use ways::{Agrees, ComesTo, Fits, GoesRound, ItemWithinBudget, JoinWithinBudget, Leaves};
