//! What a pipeline is, as a value: to be shown, kept, and compared.
//!
//! `research.describe()` is the [`Description`] of the pipeline `research`. Nothing runs for it, and it
//! needs neither a runtime nor a state.
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

/// What a pipeline is: its stages with everything that is declared of them, and the contracts between.
///
/// What agents do is not in it, and of closures only the text. The documentation of pipelines, agents, contracts and
/// their fields is, for tools that show them to people and models.
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
    /// The form in which descriptions are serialised: [`VERSION`](Self::VERSION), and no other is read. It
    /// rises when an older reader would misunderstand a newer description; what is merely new it ignores.
    #[serde(deserialize_with = "this_version")]
    pub version: u32,
    /// The pipeline's name.
    pub name: String,
    /// What its documentation says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The contract of what it takes.
    pub input: ContractId,
    /// The contract of what it hands on.
    pub output: ContractId,
    /// Its stages, in their order.
    pub stages: Vec<Stage>,
    /// Every contract that crosses one of its handoffs, each once, by name.
    pub contracts: Vec<DescribedContract>,
}

impl Description {
    /// The form in which this version of the library serialises descriptions.
    pub const VERSION: u32 = 1;

    /// The description of a pipeline that is known by its type; of an agent, that of a pipeline of which
    /// it is the only stage.
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

    /// The agents, also those of pipelines in it and those that others may call, each once, in the order in
    /// which they first stand in it.
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

    /// The handoffs that can happen, each once, in the order of the stages: which agent hands what to
    /// which. The first come from `caller`, the last go to it.
    #[must_use]
    #[inline]
    pub fn edges(&self) -> Vec<Edge> {
        edges::of(self)
    }

    /// The pipeline as a [Mermaid](https://mermaid.js.org) flowchart. Names, patterns and the like are
    /// escaped, whatever is in them. `stage as name` does not show.
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

/// A pipeline, by its name in the value namespace: `research.describe()`. `Arguments` are those of the function
/// that has the name, of which a pipeline's has none.
///
/// An agent is described by its type: `Description::of::<work>()`.
pub trait Describe<Arguments> {
    /// What the pipeline is.
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
