//! The structure of a pipeline as a value, which can be shown, stored and compared.
//!
//! `research.describe()` returns the [`Description`] of the pipeline `research`. It runs nothing, and needs
//! neither a runtime nor a state.
//!
//! ```
//! use handoff::prelude::*;
//!
//! #[contract]
//! pub struct Plan { #[check(len(1..=8))] pub steps: Vec<String> }
//!
//! #[agent(role = planner)]
//! async fn plan(goal: String) -> Plan { Plan { steps: vec![goal] } }
//!
//! #[agent(input_budget = 400)]
//! async fn work(step: String) -> String { step }
//!
//! #[agent(role = aggregator)]
//! async fn merge(done: Vec<String>) -> String { done.join(" ") }
//!
//! pipeline! { pub research(String) -> String { plan => fan_out(steps) work => barrier(all) => merge } }
//!
//! let description = research.describe();
//! let agents: Vec<_> = description.agents().iter().map(|agent| agent.name.as_str()).collect();
//! assert_eq!(agents, ["plan", "work", "merge"]);
//! assert_eq!(description.agents()[1].input_budget, Some(400));
//!
//! let edges: Vec<_> = description.edges().iter().map(ToString::to_string).collect();
//! assert_eq!(edges, [
//!     "caller -> plan: String",
//!     "plan -> work: String",
//!     "work -> merge: Vec<String>",
//!     "merge -> caller: String",
//! ]);
//!
//! // It can be written down and read again, in any form that serde knows.
//! let json = serde_json::to_string(&description)?;
//! assert_eq!(serde_json::from_str::<Description>(&json)?, description);
//!
//! // And shown, on GitHub and wherever else Mermaid is.
//! assert!(description.mermaid().starts_with("flowchart TD"));
//! # Ok::<_, serde_json::Error>(())
//! ```

mod contracts;
mod diagram;
mod duration;
mod edges;
#[doc(hidden)]
pub mod parts;
mod stage;

pub use contracts::{ContractId, DescribedContract};
pub use edges::Edge;
pub use stage::{
    Agent, Arm, Barrier, Bind, Branch, FanOut, Gate, Join, Map, Match, Or, Pipeline, Race, Repeat, Stage,
};

use crate::agent::AgentSpec;
use crate::pipeline::{DescribedAs, each_arity};
use parts::Draft;
use serde::{Deserialize, Deserializer, Serialize};

/// The structure of a pipeline: its stages with all their declared options, and its contracts.
///
/// It holds the documentation of pipelines, agents, contracts and their fields, for tools that show it to
/// people and models. It does not hold what agents do; of a closure it holds the text.
///
/// ```
/// use handoff::prelude::*;
///
/// #[agent]
/// async fn draft(topic: String) -> String { topic }
///
/// #[agent(role = critic, input_budget = 2_000)]
/// async fn review(draft: String) -> String { draft }
///
/// pipeline! { pub write(String) -> String { draft => review } }
///
/// let description = write.describe();
/// assert_eq!(description.agents()[1].input_budget, Some(2_000));
/// assert_eq!(
///     description.mermaid(),
///     r#"flowchart TD
///     caller(["caller"])
///     draft["draft<br/>worker"]
///     review["review<br/>critic<br/>in ≤ 2000 tokens"]
///     result(["caller"])
///     caller -->|"String"| draft
///     draft -->|"String"| review
///     review -->|"String"| result
/// "#
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// The version of the serialised form: [`VERSION`](Self::VERSION), and no other is read.
    ///
    /// It rises when an older reader would misunderstand a newer description. Fields that are merely new are
    /// ignored.
    #[serde(deserialize_with = "this_version")]
    pub version: u32,
    /// The pipeline's name.
    pub name: String,
    /// The pipeline's documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The contract of the pipeline's input.
    pub input: ContractId,
    /// The contract of the pipeline's output.
    pub output: ContractId,
    /// The pipeline's stages, in their order.
    pub stages: Vec<Stage>,
    /// Every contract that crosses a handoff of the pipeline, each once, ordered by name.
    pub contracts: Vec<DescribedContract>,
}

impl Description {
    /// The version of the serialised form that this version of the library writes.
    pub const VERSION: u32 = 1;

    /// Describes a pipeline by its type. An agent is described as the only stage of a pipeline.
    #[must_use]
    #[inline]
    pub fn of<P: AgentSpec>() -> Self {
        let mut draft = Draft::default();
        let stages = match draft.stage::<P>() {
            Stage::Pipeline(pipeline) => pipeline.stages,
            agent => vec![agent],
        };
        let (input, output) = (draft.contract::<P::Input>(), draft.contract::<P::Output>());
        Self {
            version: Self::VERSION,
            name: P::ID.name.to_string(),
            doc: P::CONFIG.documentation().map(str::to_owned),
            input,
            output,
            stages,
            contracts: draft.finish(),
        }
    }

    /// Returns the agents, each once, in the order of their first appearance.
    ///
    /// Agents of nested pipelines, and agents that others may call as tools, are included.
    #[must_use]
    #[inline]
    pub fn agents(&self) -> Vec<&Agent> {
        let mut agents = Vec::new();
        for stage in &self.stages {
            stage.visit(&mut |stage| {
                if let Stage::Agent(agent) = stage
                    && !agents.contains(&agent)
                {
                    agents.push(agent);
                }
            });
        }
        agents
    }

    /// Returns the handoffs that can happen, each once, in the order of the stages.
    ///
    /// The first ones come from `caller`, the last ones go to it.
    #[must_use]
    #[inline]
    pub fn edges(&self) -> Vec<Edge> {
        edges::of(self)
    }

    /// Returns the pipeline as a [Mermaid](https://mermaid.js.org) flowchart.
    ///
    /// All text in it, such as names and patterns, is escaped. A `stage as name` is not shown.
    #[must_use]
    #[inline]
    pub fn mermaid(&self) -> String {
        diagram::of(self)
    }
}

/// Where another version was written, what follows may be misread.
#[inline]
fn this_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == Description::VERSION {
        return Ok(version);
    }
    Err(serde::de::Error::custom(format_args!(
        "a description of version {version}; this version of handoff reads {}",
        Description::VERSION
    )))
}

/// A pipeline by its name as a value, which can be described: `research.describe()`.
///
/// `Arguments` are those of the function that has the name; the function of a pipeline has none. An agent is
/// described by its type: `Description::of::<work>()`.
pub trait Describe<Arguments> {
    /// Returns the description of the pipeline.
    fn describe<P: AgentSpec>(&self) -> Description
    where
        Self: DescribedAs<P, Arguments>;
}

/// For functions that are no pipeline as well: so that rustc finds the method, and says what is wrong.
macro_rules! functions {
    ($($argument:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F: Fn($($argument),*) -> R, $($argument,)* R> Describe<($($argument,)*)> for F {
            fn describe<P: AgentSpec>(&self) -> Description
            where
                Self: DescribedAs<P, ($($argument,)*)>,
            {
                Description::of::<P>()
            }
        }
    };
}

functions!();
each_arity!(functions);
