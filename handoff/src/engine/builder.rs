//! Setting a runtime up.

use super::common::Settings;
use super::limits::Limits;
use super::observer::Observer;
use super::options::{AgentOptions, Agents};
use super::replace::{Replace, Replaced};
use super::runtime::Runtime;
use super::single::Single;
use super::surroundings::Carry;
use super::trace::Exported;
use crate::agent::Backoff;
use crate::baseline::{Baseline, Watch, Watcher};
use crate::budget::{Meter, TokenCounter};
use crate::contract::Confidence;
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// A builder for a [`Runtime`].
#[must_use = "a builder does nothing until `build`"]
pub struct Builder<S = ()> {
    state: S,
    meter: Meter,
    observers: Vec<Arc<dyn Observer>>,
    min_confidence: Confidence,
    limits: Limits,
    backoff: Backoff,
    agents: HashMap<TypeId, AgentOptions>,
    pub(super) replaced: Replaced,
    carry: Option<Carry>,
    exported: Exported,
    watch: Option<Box<dyn Watch>>,
}

impl Builder {
    pub(super) fn counting(counter: impl TokenCounter) -> Self {
        Self {
            state: (),
            meter: Meter::new(counter),
            observers: Vec::new(),
            min_confidence: Confidence::ZERO,
            limits: Limits::default(),
            backoff: Backoff::default(),
            agents: HashMap::new(),
            replaced: Replaced::default(),
            carry: None,
            exported: Exported::default(),
            watch: None,
        }
    }
}

impl<S> Builder<S> {
    /// Sets the application's state, from which agents take their resources: see [`FromRef`](crate::FromRef).
    pub fn state<T>(self, state: T) -> Builder<T> {
        let Self {
            state: _,
            meter,
            observers,
            min_confidence,
            limits,
            backoff,
            agents,
            replaced,
            carry,
            exported,
            watch,
        } = self;
        Builder {
            state,
            meter,
            observers,
            min_confidence,
            limits,
            backoff,
            agents,
            replaced,
            carry,
            exported,
            watch,
        }
    }

    /// Sets the counter of tokens: that of the model behind the agents.
    ///
    /// The default is [`O200kBase`](crate::budget::O200kBase).
    pub fn tokens(mut self, counter: impl TokenCounter) -> Self {
        self.meter = Meter::new(counter);
        self
    }

    /// Adds an observer, which is told what happens in all runs.
    ///
    /// To observe a single run, see [`Run::observer`](crate::Run::observer).
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Raises the threshold of every gate to at least this confidence. It lowers none.
    pub fn min_confidence(mut self, confidence: Confidence) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Sets the limits of every run: its time, its models' tokens, the bytes of a payload, the tasks in
    /// flight.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the pauses between attempts, for agents that set none by their attribute or by
    /// [`agent`](Self::agent).
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Overrides options of an agent, for values that are known only at run time.
    ///
    /// If it is called again for the same agent, `say` receives the options that were set so far.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[agent(timeout = "30s")]
    /// async fn work(task: String) -> String {
    ///     task.to_uppercase()
    /// }
    ///
    /// let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    /// let runtime = Runtime::builder()
    ///     .agent::<work>(|a| a.timeout(Duration::from_secs(5)).retries(3).concurrency(at_once))
    ///     .build();
    /// # let _ = runtime;
    /// ```
    ///
    /// A [description](crate::describe) still shows the options that the agent declares. Options belong to
    /// agents: naming a pipeline is a compile error.
    pub fn agent<A: Single>(mut self, say: impl FnOnce(AgentOptions) -> AgentOptions) -> Self {
        let options = self.agents.entry(TypeId::of::<A>()).or_default();
        *options = say(std::mem::take(options));
        self
    }

    /// Replaces an agent by a function, for tests: one that answers without a model, fails, or is slow.
    ///
    /// The agent's declaration still applies, and so do all checks of a handoff: contract, budgets, timeout,
    /// retries, `concurrency`, events. The resources that the agent takes from the runtime's state must still
    /// be there. Naming a pipeline is a compile error. If an agent is replaced twice, the last function
    /// counts.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[contract] pub struct Finding { pub text: String }
    /// # async fn search_the_web(_: &str) -> Finding { unreachable!("nobody is asked in a test") }
    /// #[agent(timeout = "30s", retries = 1)]
    /// async fn work(task: String) -> Finding {
    ///     search_the_web(&task).await
    /// }
    ///
    /// pipeline! { pub look_up(String) -> Finding { work } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let runtime = Runtime::builder()
    ///     .replace::<work>().by_fn(|task| Finding { text: format!("nothing about {task}") })
    ///     .build();
    /// let found = runtime.run(look_up, "tides".to_owned()).await.unwrap();
    /// assert_eq!(found.payload.text, "nothing about tides");
    ///
    /// let runtime = Runtime::builder()
    ///     .replace::<work>().by(|_, cx| async move {
    ///         if cx.attempt() == 1 { Reply::new("Sorry!") } else { Reply::new(r#"{"text":"high"}"#) }
    ///     })
    ///     .build();
    /// let found = runtime.run(look_up, "tides".to_owned()).await.unwrap();
    /// assert_eq!((found.payload.text.as_str(), found.warnings.len()), ("high", 1));
    /// # }
    /// ```
    pub fn replace<A: Single>(self) -> Replace<A, S> {
        Replace::in_the_runtime_of(self)
    }

    /// Carries ambient values of a run's caller, such as those of `tokio::task_local!`, to all its agents.
    ///
    /// Agents in fan-outs, joins and races run in tasks of their own, and blocking agents on other threads,
    /// where the caller's task-locals and thread-locals do not exist.
    ///
    /// `take` is called when the run is first polled, and captures the value. The function that it returns is
    /// called whenever something is called, polled or dropped in the run; it must call its argument exactly
    /// once, with the value in place:
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// tokio::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// #[agent(blocking)]
    /// fn who(_: ()) -> String {
    ///     USER.get()
    /// }
    /// # pipeline! { pub ask(()) -> String { who } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), PipelineError> {
    /// let runtime = Runtime::builder()
    ///     .carry(|| {
    ///         let user = USER.try_with(String::clone).ok();
    ///         move |call: &mut dyn FnMut()| match user.clone() {
    ///             Some(user) => USER.sync_scope(user, call),
    ///             None => call(),
    ///         }
    ///     })
    ///     .build();
    /// let answer = USER.scope("ann".to_owned(), runtime.run(ask, ())).await?;
    /// assert_eq!(answer.payload, "ann");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Spans of `tracing` are always carried, with the feature of that name.
    pub fn carry<C>(mut self, take: impl Fn() -> C + Send + Sync + 'static) -> Self
    where
        C: Fn(&mut dyn FnMut()) + Send + Sync + 'static,
    {
        self.carry = Some(Carry::new(take));
        self
    }

    /// Sets a propagator, so that exported spans and the run share their trace and span ids.
    ///
    /// With it a run has the trace of the span that surrounds it, and the exported trace is the run's. It
    /// takes the feature `tracing`: see [`telemetry`](crate::telemetry).
    #[cfg(feature = "tracing")]
    pub fn propagator(mut self, propagator: impl crate::telemetry::Propagator) -> Self {
        self.exported = Exported::by(propagator);
        self
    }

    /// Compares agents' outputs with a baseline, and adds a [warning](crate::WarningKind::ShapeDrift) where
    /// they depart from it.
    ///
    /// The probability that a runtime ever adds a false warning is at most 1 %: see
    /// [`baseline`](crate::baseline).
    ///
    /// All runs of the runtime are considered together; in each run it is the first output of every agent
    /// that counts, which is written and read once more for it: some 10 µs for a kilobyte. If two baselines
    /// are set, the last one counts.
    pub fn baseline(mut self, baseline: Baseline) -> Self {
        self.watch = Some(Box::new(Watcher::new(baseline, Baseline::FALSE_ALARMS)));
        self
    }

    /// Builds the runtime.
    ///
    /// The vocabulary of the token counter is loaded here, so that no run waits for it: some 20 ms for the
    /// default one, once in a process.
    pub fn build(self) -> Runtime<S> {
        let Self {
            state,
            meter,
            observers,
            min_confidence,
            limits,
            backoff,
            agents,
            replaced,
            carry,
            exported,
            watch,
        } = self;
        let agents = Agents::new(agents, replaced);
        let meter = meter.max_bytes(limits.payload_bytes);
        meter.warm();
        Runtime::of(
            state,
            Settings { meter, observers, min_confidence, limits, backoff, agents, carry, exported, watch },
        )
    }
}

impl<S> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("meter", &self.meter)
            .field("min_confidence", &self.min_confidence)
            .field("limits", &self.limits)
            .field("backoff", &self.backoff)
            .field("agents", &self.agents.len())
            .finish_non_exhaustive()
    }
}
