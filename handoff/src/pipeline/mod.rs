//! Pipelines: the stages that the code of `pipeline!` calls, and the traits in which its compile
//! errors are written.

#[doc(hidden)]
pub mod capacity;
mod checks;
mod join;
mod list;
mod routing;
mod stages;
mod ways;

pub use checks::{
    AllWithinBudget, Begins, Confident, Ends, EndsWithBarrier, FansOut, HandsOff, PassesBarrier, Quorum,
    RoundsBound, Threshold, WidthBound, WithinBudget, WithinWidth,
};
#[doc(hidden)]
pub use join::{Join, join};
pub use list::List;
#[doc(hidden)]
pub use routing::{Attempt, Rounds, as_is, attempt, fall_back, guard, hand_on, hand_to, map};
#[doc(hidden)]
pub use stages::{Width, fan_out, gate, in_pipeline};
pub use ways::{Agrees, ComesTo, Fits, GoesRound, ItemWithinBudget, JoinWithinBudget, Leaves};
