//! Agents: what an `#[agent]` is to the rest of the crate.

mod backoff;
mod config;
mod id;
mod namesakes;
mod reply;
mod returns;
mod state;
mod target;
mod tool;

pub use crate::diagnostics::{Asked, Budgeted, CalledAtOnce, Documented, Takes, TakesTurns, ToldApart};
pub use backoff::Backoff;
#[doc(hidden)]
pub use config::Config;
pub use id::{AgentId, Role};
pub(crate) use id::{AnyId, Listed};
pub(crate) use namesakes::Namesakes;
pub use reply::{FinishReason, Reply, Usage};
#[doc(hidden)]
pub use returns::Received;
pub use returns::{Fails, Failure, Returns};
pub use state::{FromRef, Provides, State};
pub use target::Target;
#[doc(hidden)]
pub use tool::can_be_told_apart;
pub use tool::{Tool, ToolError};

use crate::contract::{Confidence, Contract};
use crate::describe::parts::Part;
use std::time::Duration;

/// The declaration of an agent: its input, its output and its options.
///
/// `#[agent]` and `pipeline!` implement it for the marker type that bears the agent's name. A pipeline is an
/// agent too. The constants are what the source declares; a runtime may override some of them with
/// [`AgentOptions`](crate::AgentOptions).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an agent",
    note = "a stage of a pipeline is the name of an `#[agent]` function or of another pipeline"
)]
pub trait AgentSpec: Send + Sync + 'static {
    /// The contract of the agent's input.
    type Input: Contract;
    /// The contract of the agent's output.
    type Output: Contract;
    /// Stands for the place where the output is declared, for compile errors to point at.
    #[doc(hidden)]
    type Declared;
    /// What `#[agent]` or `pipeline!` wrote down of it, in one constant: each one less is compiled faster.
    #[doc(hidden)]
    const CONFIG: &'static Config;
    /// The agent's name and role.
    const ID: &'static AgentId = &Self::CONFIG.id;
    /// The agent that reads what it is handed: itself, but a pipeline's first agent.
    #[doc(hidden)]
    const ENTRY: &'static AgentId = Self::ID;
    /// What an engine that keeps its tasks elsewhere calls it by: its name, but for the hidden parts of a
    /// pipeline, which share theirs with an agent.
    #[doc(hidden)]
    const ADDRESS: &'static str = Self::ID.name_of_constant();
    /// Whether it stands for a branch of a join or a race, which is no task of a fan-out.
    #[doc(hidden)]
    const IS_BRANCH: bool = false;
    /// The most tokens that the agent's input may have. `None`: no budget of its own.
    const INPUT_BUDGET: Option<u32> = Self::CONFIG.input_budget;
    /// The most tokens that the agent's output may have. `None`: no bound of its own.
    const MAX_OUTPUT_TOKENS: Option<u32> = Self::CONFIG.max_output_tokens;
    /// The longest that one attempt may take. `None`: no timeout, as for every pipeline.
    const TIMEOUT: Option<Duration> = Self::CONFIG.timeout;
    /// The longest that one attempt may go without a sign of life. `None`: no such timeout.
    const IDLE_TIMEOUT: Option<Duration> = Self::CONFIG.idle_timeout;
    /// The number of further attempts after an error of the agent, a timeout or an invalid output.
    const RETRIES: u32 = Self::CONFIG.retries;
    /// The most attempts that may be under way at once, over all runs of a runtime. `None`: unbounded.
    const CONCURRENCY: Option<u32> = Self::CONFIG.concurrency;
    /// The most calls of a model in one attempt, for an agent that has tools. `None`: not declared.
    const MAX_TURNS: Option<u32> = Self::CONFIG.max_turns;
    /// Whether the agent is a blocking function, which runs on a thread of its own.
    const BLOCKING: bool = Self::CONFIG.blocking;
    /// Whether the agent waits for an answer from outside the process, as `#[agent(signal)]` declares.
    const SIGNAL: bool = Self::CONFIG.is_signal();
    /// Whether what it is handed carries a confidence, by the type alone.
    #[doc(hidden)]
    const INPUT_CONFIDENT: bool = <Self::Input as Contract>::HAS_CONFIDENCE;
    /// Whether its output carries a confidence that something has set.
    #[doc(hidden)]
    const CONFIDENT: bool = <Self::Output as Contract>::HAS_CONFIDENCE;
    /// What it is made of, if it is a pipeline.
    #[doc(hidden)]
    const STAGES: Option<&'static [Part]> = None;

    /// What the task of this index goes through: of a join or a race, each branch is another.
    #[doc(hidden)]
    #[must_use]
    fn part(_index: usize) -> &'static AgentId {
        Self::ID
    }

    /// The confidence that an output states. A pair of an item and an output has that of the output.
    #[doc(hidden)]
    fn stated(output: &Self::Output) -> Option<Confidence> {
        output.confidence()
    }
}
