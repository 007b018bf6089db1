//! Engines, which run pipelines, and the one door that every handoff goes through.
//!
//! Applications use [`Runtime`]; this module is for writing another engine. The code that
//! `pipeline!` generates has effects only through [`Engine`]: it spawns nothing, reads no clock and draws no
//! random numbers, so the same pipeline runs on every engine.

mod asks;
mod attempt;
mod away;
mod before;
mod blocking;
mod builder;
mod clock;
mod common;
mod context;
mod crew;
mod door;
pub mod durable;
mod fan_out;
mod halt;
mod idempotency;
mod idle;
mod keeper;
mod limits;
mod nesting;
mod observer;
mod options;
mod origin;
mod place;
mod replace;
mod run;
mod runtime;
mod scope;
mod shutdown;
mod signals;
mod single;
mod surroundings;
mod task_guard;
mod tasks;
mod tokio;
mod tools;
mod trace;
mod waits;
mod words;

pub use crate::agent::Backoff;
pub use asks::Asks;
pub use attempt::{
    Agent, Attempt, Running, attempt, attempt_asking, attempt_blocking, attempt_blocking_asking,
};
pub use builder::Builder;
pub use context::{Context, TestContext};
pub use door::Handoff;
pub use halt::CancelHandle;
pub use idempotency::IdempotencyKey;
pub use keeper::{Keeper, Mark};
pub use limits::Limits;
pub use observer::{AttemptOutcome, Event, FanOutKind, Observer, Outcome, PartOutcome};
pub use options::AgentOptions;
pub use place::Place;
pub use replace::Replace;
pub use run::Run;
pub use runtime::Runtime;
pub use scope::Scope;
pub use shutdown::Shutdown;
pub use signals::{AnswerError, InvalidSignalId, PendingSignal, SignalId};
#[doc(hidden)]
pub use signals::{CheckAnswer, attempt_signal, check_answer, is_answered_from_outside};
pub use single::Single;
pub use tasks::{Task, Tasks};

pub use crate::envelope::{Handed, Head};
pub(crate) use scope::FansOut;
pub(crate) use tasks::Recover;
pub use tokio::TokioEngine;
#[doc(hidden)]
pub use tools::{CallOf, call_with_tools};
pub use tools::{CallsTool, ToolCall, ToolCalling, Toolbox};

use crate::agent::{AgentSpec, Target};
use crate::barrier::Barrier;
use crate::error::PipelineError;
use std::future::{Future, ready};
use std::pin::Pin;

/// The future of a stage. It is boxed, so that a stage that does not compile causes one error.
pub type Driven<'a, T> = Pin<Box<dyn Future<Output = Result<Handed<T>, PipelineError>> + Send + 'a>>;

/// Runs the parts of a pipeline.
pub trait Engine: Send + Sync + Sized {
    /// Returns what the run shares: its id, its token counter, its observers.
    ///
    /// Every payload goes through its [`Scope::hand_off`].
    fn scope(&self) -> &Scope;

    /// Returns the outputs so far, of the run or of the task that this engine is for.
    ///
    /// An engine has a keeper of its own in each task.
    fn keeper(&self) -> &Keeper;

    /// Runs tasks, each with [`Task::run`], until the barrier closes, and then stops the rest.
    ///
    /// What a stopped task has started is stopped as well. The barrier is told how each task ended, including
    /// those that ended before they could be stopped; `gather` itself never fails. If the engine goes away
    /// under the tasks, the barrier is not told how they ended, and turns that into [`ErrorKind::Cancelled`].
    ///
    /// Tasks start in the order of the items, no more at once than [`Tasks::most_at_once`] and the engine's
    /// limit of tasks in flight allow, and end in any order. A barrier with a [`deadline`](Barrier::deadline)
    /// is told when that has passed.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops all tasks.
    ///
    /// [`ErrorKind::Cancelled`]: crate::ErrorKind::Cancelled
    fn gather<A: Drive<Self>>(
        &self,
        tasks: Tasks<A>,
        barrier: Barrier<A::Output>,
    ) -> impl Future<Output = Barrier<A::Output>> + Send;

    /// Yields to whatever else runs on the thread. Does nothing by default.
    ///
    /// It is called between the rounds of a loop, which may never have to wait.
    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// An engine that can call the agent `A`: attempts, timeout, retries, and the handoff at the end.
#[diagnostic::on_unimplemented(message = "the engine `{Self}` cannot call agent `{A}`")]
pub trait Calls<A: AgentSpec>: Engine {
    /// Calls the agent, with its retries, and hands its output on. `tools` are those it may call meanwhile.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt. Panics of the agent and of its payloads are caught.
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops the agent at its current await point.
    fn call(
        &self,
        input: Handed<A::Input>,
        to: Target,
        tools: Option<&dyn Toolbox>,
    ) -> impl Future<Output = Result<Handed<A::Output>, PipelineError>> + Send;
}

/// Anything that can be a stage on the engine `E`: an agent or a pipeline.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run on this engine",
    note = "a stage of a pipeline is the name of an `#[agent]` function or of another pipeline"
)]
pub trait Drive<E: Engine>: AgentSpec {
    /// Takes what is handed over to an output that has been handed on to `to`.
    #[doc(hidden)]
    fn drive(engine: &E, input: Handed<Self::Input>, to: Target) -> Driven<'_, Self::Output>;

    /// Takes an item of a fan-out through the door.
    ///
    /// # Errors
    ///
    /// As [`Scope::hand_off`].
    #[doc(hidden)]
    fn receive(
        scope: &Scope,
        handoff: Handoff,
        item: Self::Input,
    ) -> Result<Handed<Self::Input>, PipelineError> {
        scope.hand_off(handoff, item)
    }

    /// Takes what stands in for the output of a failed task through the door.
    ///
    /// # Errors
    ///
    /// As [`Scope::hand_off`].
    #[doc(hidden)]
    fn stand_in(
        scope: &Scope,
        handoff: Handoff,
        output: Self::Output,
    ) -> Result<Handed<Self::Output>, PipelineError> {
        scope.hand_off(Handoff { max_output_tokens: Self::MAX_OUTPUT_TOKENS, ..handoff }, output)
    }
}
