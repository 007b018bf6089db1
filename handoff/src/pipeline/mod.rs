//! Pipelines: the stages that the code of `pipeline!` calls, and the traits in which its compile
//! errors are written.

#[doc(hidden)]
pub mod capacity;
mod checks;
mod list;
mod names;
mod stages;

pub use checks::{
    AllWithinBudget, Begins, Confident, Ends, EndsWithBarrier, FansOut, HandsOff, PassesBarrier, Quorum,
    Threshold, WidthBound, WithinBudget, WithinWidth,
};
pub use list::List;
pub use names::Names;
#[doc(hidden)]
pub use stages::{Width, fan_out, gate, in_pipeline};
