//! Flowcharts of pipelines, as [Mermaid](https://mermaid.js.org) text.
//!
//! Two need them: `handoff`, which knows everything of a pipeline while the program runs, and its
//! macros, which know what is written and put that on the pipeline's page. What a stage looks like is
//! decided here, once for both. Not part of `handoff`'s public interface: it changes in any version.

mod chart;
mod draw;
mod label;
#[cfg(test)]
mod tests;

pub use draw::flowchart;

/// A stage of a pipeline, as it is drawn. All texts are shown as they are, whatever is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// An agent, or a pipeline of which no more than the name is known.
    Agent {
        /// What it is called.
        name: String,
        /// What else there is to say, a line each.
        notes: Vec<String>,
        /// The contracts on its two sides.
        ends: Ends,
    },
    /// A pipeline in the pipeline, with its stages.
    Pipeline {
        /// What it is called.
        name: String,
        /// The contracts on its two sides.
        ends: Ends,
        /// What it is made of.
        stages: Vec<Stage>,
    },
    /// What stops a value that does not meet a condition.
    Gate {
        /// The condition.
        condition: String,
    },
    /// A fan-out and its barrier.
    FanOut {
        /// What there is a task for each of, and the options.
        title: String,
        /// What a task is.
        stages: Vec<Stage>,
        /// When the barrier is passed.
        barrier: String,
        /// The contract of what the barrier hands on.
        hands_on: Option<String>,
    },
    /// Routing: one of the arms.
    Match {
        /// Patterns, and the stages that each leads to.
        arms: Vec<(String, Vec<Stage>)>,
    },
    /// A bounded loop.
    Repeat {
        /// How often at most, and until when.
        title: String,
        /// What a round is.
        stages: Vec<Stage>,
    },
    /// All of them, on the same value.
    Join {
        /// What stands in the branches.
        branches: Vec<Stage>,
    },
    /// The first of them that succeeds, on the same value.
    Race {
        /// What stands in the branches.
        branches: Vec<Stage>,
    },
    /// A branch of a join or a race that is more than one of the others.
    Branch {
        /// Whether it may fail.
        optional: bool,
        /// What the value goes through.
        stages: Vec<Stage>,
    },
    /// The first of them that does not fail.
    Or {
        /// The attempts, in their order.
        attempts: Vec<Stage>,
    },
    /// A pure function between two agents.
    Map {
        /// What it says of itself.
        text: String,
    },
}

/// What a stage takes and hands on, where that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The contract of what it takes.
    pub takes: Option<String>,
    /// The contract of what it hands on.
    pub hands_on: Option<String>,
}
