//! Pipelines: the stages that the code of `pipeline!` calls, and the traits in which its compile
//! errors are written.

#[doc(hidden)]
pub mod capacity;
mod checks;
mod fan_out;
mod list;
mod names;
mod stages;

pub use checks::{
    AllWithinBudget, Begins, Confident, Ends, EndsWithBarrier, FansOut, HandsOff, Label, PassesBarrier,
    Quorum, TaskBound, Threshold, WidthBound, WithinBudget, WithinWidth,
};
pub use list::List;
pub use names::Names;
#[doc(hidden)]
pub use fan_out::{FanOut, choose, fan_out, label};
#[doc(hidden)]
pub use stages::{gate, in_pipeline};
