//! Pipelines: the stages that the code of `pipeline!` calls, and the traits in which its compile
//! errors are written.

mod checks;
mod list;
mod stages;

pub use checks::{AllWithinBudget, Begins, Confident, Ends, FansOut, HandsOff, PassesBarrier, WithinBudget, WithinWidth};
pub use list::List;
pub(crate) use stages::{capacity, in_pipeline, fan_out, gate};
