//! A language model as a resource of the runtime's state.

mod ask;
mod builder;
mod call;
mod limiter;
mod tools;

use std::fmt;
use std::sync::Arc;

use handoff::budget::TokenCounter;
use handoff::{Context, Contract};
use tokio::sync::Semaphore;

pub use self::builder::ModelBuilder;
use self::limiter::Limiter;
use crate::error::ModelError;
use crate::prompt::Prompt;
use crate::provider::Provider;

/// A language model: a [provider](Provider), and what is to be kept to when it is called. Cheap to clone; clones are one
/// model, with the same limits.
///
/// It stands in the runtime's state, where a [`Prompt`] finds it:
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::{Model, Prompt};
/// # use handoff_models::{Completing, Completion, Dialect, Provider, Request, Sink};
/// # struct Mine;
/// # impl Provider for Mine {
/// #     fn name(&self) -> &str { "mine" }
/// #     fn dialect(&self) -> Dialect { Dialect::Plain }
/// #     fn complete<'a>(&'a self, _: &'a Request, _: &'a mut Sink<'_>) -> Completing<'a> {
/// #         Box::pin(async { Ok(Completion::new(r#"{"steps":["look","leap"]}"#)) })
/// #     }
/// # }
///
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8))]
///     pub steps: Vec<String>,
/// }
///
/// /// Split the goal into steps.
/// #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
/// async fn plan(goal: String) -> Prompt<Plan>;
///
/// pipeline! { pub planned(String) -> Plan { plan } }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     model: Model,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let model = Model::of(Mine).context_window(8_192).requests_per_minute(60).in_flight(8).build();
/// let runtime = Runtime::builder().state(App { model }).build();
/// let plan = runtime.run(planned, "cross the river".to_owned()).await?;
/// assert_eq!(plan.payload.steps, ["look", "leap"]);
/// # Ok(())
/// # }
/// ```
///
/// # Repair
///
/// An answer that breaks its contract fails the attempt, and the agent's `retries` are what repairs it: the next attempt
/// sends the prompt, the last answer and [what was wrong with it](handoff::ContractViolation::for_model). Of an answer that
/// was cut off, nothing is sent back: the model is told to be shorter. A model that gives the same broken answer word for
/// word is not asked once more. An output that came of a second attempt has a
/// [warning](handoff::WarningKind::RepairedByAsking).
///
/// Every answer is counted in the run's usage, those of failed attempts too.
///
/// # Limits
///
/// Calls wait for their turn, in the order in which they ask. Waiting does not run the agent's timeout; over half a second
/// of it leaves a [warning](handoff::WarningKind::Waited). Whom the provider tells to come back later does so, and nobody else: a
/// [`Retry-After`](crate::ProviderError::Status) of up to a minute is waited for three times in an attempt, and after that
/// ends it, for the agent's `retries`.
#[derive(Clone)]
pub struct Model {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Box<dyn Provider>,
    context_window: Option<u32>,
    counter: Arc<dyn TokenCounter>,
    limiter: Limiter,
    in_flight: Semaphore,
    waits: u32,
}

impl Model {
    /// A model without limits.
    #[must_use]
    pub fn new(provider: impl Provider) -> Self {
        Self::of(provider).build()
    }

    /// A model, and what is to be kept to.
    pub fn of(provider: impl Provider) -> ModelBuilder {
        ModelBuilder::new(Box::new(provider))
    }

    /// Asks for a `T`, in an attempt of an agent: for an agent that does more than to return a [`Prompt`].
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use handoff_models::{Model, ModelError, Prompt};
    ///
    /// # #[contract] pub struct Plan { pub steps: Vec<String> }
    /// #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
    /// async fn plan(goal: String, State(model): State<Model>, cx: Context) -> Result<Plan, ModelError> {
    ///     let mut plan: Plan = model.ask(Prompt::new("Split the goal into steps.").input(&goal), &cx).await?;
    ///     plan.steps.truncate(8);
    ///     Ok(plan)
    /// }
    /// ```
    ///
    /// A question is known by its words, with its system prompt and its contract: what was wrong with an answer is told to
    /// whoever asks the same in the agent's next attempt, and to the first who does.
    ///
    /// # Errors
    ///
    /// Where there is no answer, where it breaks its contract, and where an input of the prompt cannot be written as JSON.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up the call, and its turn.
    pub async fn ask<T: Contract>(&self, prompt: Prompt<T>, cx: &Context) -> Result<T, ModelError> {
        self.ask_for(prompt.parts, cx).await
    }
}

impl AsRef<Self> for Model {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { provider, context_window, limiter, .. } = &*self.inner;
        f.debug_struct("Model")
            .field("name", &provider.name())
            .field("dialect", &provider.dialect())
            .field("context_window", context_window)
            .field("limiter", limiter)
            .finish_non_exhaustive()
    }
}
