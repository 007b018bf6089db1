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

/// A language model: a [provider](Provider) and its limits.
///
/// It is cheap to clone; clones are the same model, and share its limits.
///
/// It is a resource of the runtime's state, where a [`Prompt`] finds it:
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
/// An answer that breaks its contract fails the attempt, and the agent's `retries` repair it: the next
/// attempt sends the prompt, the last answer and [what was wrong with
/// it](handoff::ContractViolation::for_model). An answer that was cut off is not sent back: the model is told
/// to be shorter. A model that repeats a broken answer word for word is not asked again. An output of a
/// second attempt has a [warning](handoff::WarningKind::RepairedByAsking).
///
/// The tokens of every answer are added to the run's usage, failed attempts included.
///
/// # Limits
///
/// Calls wait for their turn, in the order of arrival. Waiting does not count against the agent's timeout;
/// waiting for over half a second adds a [warning](handoff::WarningKind::Waited). A call that the provider
/// tells to come back later waits by itself, and does not hold up others: a
/// [`Retry-After`](crate::ProviderError::Status) of up to a minute is waited for three times in an attempt;
/// the next one fails the attempt, and the agent's `retries` apply.
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
    /// Creates a model without limits.
    #[must_use]
    pub fn new(provider: impl Provider) -> Self {
        Self::of(provider).build()
    }

    /// Starts to build a model with limits.
    pub fn of(provider: impl Provider) -> ModelBuilder {
        ModelBuilder::new(Box::new(provider))
    }

    /// Asks for a `T`, in an attempt of an agent.
    ///
    /// It is for agents that do more than return a [`Prompt`].
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
    /// A question is identified by its text, its system prompt and its contract: if the agent's next attempt
    /// asks the same question, the first such call tells the model what was wrong with the last answer.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no answer, if it breaks its contract, and if an input of the prompt
    /// cannot be written as JSON.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the call, and gives up its turn.
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
