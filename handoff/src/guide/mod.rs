//! The guide: a page for each problem between agents, and its solution.
//!
//! | | |
//! |---|---|
//! | [A first pipeline](first_pipeline) | contracts, agents, a run, and the first compile error |
//! | [Which barrier when](barriers) | fan-outs whose workers fail or are late |
//! | [Budgets](budgets) | handoffs that are larger than the next agent can read |
//! | [Errors, retries and verdicts](errors) | retries, the results of a failed run, error messages |
//! | [From prompt to contract](prompts) | agents that ask a language model |
//! | [Testing](testing) | agents as functions, pipelines without a model |
//! | [Drift and the lock](drift) | contracts and outputs that change unnoticed |
//! | [Seeing a run](watching) | events, logs, pages, traces |
//! | [Outliving the process](durability) | runs that are resumed after a crash, and run on many machines |
//!
//! Each page can be read by itself, and its code runs. The macros have reference pages:
//! [`#[contract]`](macro@crate::contract), [`#[agent]`](macro@crate::agent), [`pipeline!`](crate::pipeline!).

pub mod barriers {
    #![doc = include_str!("barriers.md")]
}
pub mod budgets {
    #![doc = include_str!("budgets.md")]
}
pub mod durability {
    #![doc = include_str!("durability.md")]
}
pub mod drift {
    #![doc = include_str!("drift.md")]
}
pub mod errors {
    #![doc = include_str!("errors.md")]
}
pub mod first_pipeline {
    #![doc = include_str!("first_pipeline.md")]
}
pub mod prompts {
    #![doc = include_str!("prompts.md")]
}
pub mod testing {
    #![doc = include_str!("testing.md")]
}
pub mod watching {
    #![doc = include_str!("watching.md")]
}
