//! One attempt of an agent, for a run that is driven elsewhere: that knows what came of the attempts before, and says
//! whether there is another one.

use super::{Call, TokioEngine};
use crate::agent::Target;
use crate::barrier::Barrier;
use crate::engine::attempt::{Begin, Extras};
use crate::engine::before::Before;
use crate::engine::{
    Agent, Calls, CallsTool, Drive, Engine, Keeper, Scope, Tasks, ToolCall, ToolCalling, Toolbox,
};
use crate::envelope::Handed;
use crate::error::{ErrorKind, PipelineError};
use crate::panics::caught_or;
use crate::trace::SpanId;
use std::fmt;
use std::future::Future;

/// Which attempt it is, and what came of those before.
pub(in crate::engine) struct Once {
    pub(in crate::engine) number: u32,
    pub(in crate::engine) before: Before,
    pub(in crate::engine) span_id: SpanId,
}

/// The engine for one attempt of one agent, and the tools that it calls meanwhile.
///
/// [`Here`] and hosts of agents make their calls with it.
///
/// [`Here`]: crate::durable::Here
pub struct OneAttempt<S> {
    engine: TokioEngine<S>,
    once: Once,
}

impl<S> OneAttempt<S> {
    pub(in crate::engine) fn new(engine: TokioEngine<S>, once: Once) -> Self {
        Self { engine, once }
    }
}

impl<S> fmt::Debug for OneAttempt<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine, once } = self;
        f.debug_struct("OneAttempt")
            .field("engine", engine)
            .field("number", &once.number)
            .finish_non_exhaustive()
    }
}

impl<S: Send + Sync + 'static> Engine for OneAttempt<S> {
    fn scope(&self) -> &Scope {
        self.engine.scope()
    }

    fn keeper(&self) -> &Keeper {
        self.engine.keeper()
    }

    /// Runs none of them: an agent has no fan-outs, and those of its tools are run by the engine below.
    async fn gather<A: Drive<Self>>(&self, _: Tasks<A>, barrier: Barrier<A::Output>) -> Barrier<A::Output> {
        barrier
    }
}

impl<A: Agent<S>, S: Send + Sync + 'static> Calls<A> for OneAttempt<S> {
    fn call(
        &self,
        input: Handed<A::Input>,
        to: Target,
        tools: Option<&dyn Toolbox>,
    ) -> impl Future<Output = Result<Handed<A::Output>, PipelineError>> + Send {
        self.engine.once::<A>(input, &self.once, to, tools)
    }
}

impl<T: Drive<TokioEngine<S>>, S: Send + Sync + 'static> CallsTool<T> for OneAttempt<S> {
    fn call_tool(&self, call: ToolCall) -> ToolCalling<'_> {
        CallsTool::<T>::call_tool(&self.engine, call)
    }
}

impl<S: Send + Sync + 'static> TokioEngine<S> {
    /// Calls the agent once. The warnings of what comes of it are those of this attempt alone.
    async fn once<A: Agent<S>>(
        &self,
        input: Handed<A::Input>,
        once: &Once,
        to: Target,
        tools: Option<&dyn Toolbox>,
    ) -> Result<Handed<A::Output>, PipelineError> {
        let (payload, head) = input.split();
        let options = self.scope.settings().agents.calls::<A>();
        let turn = match options.concurrency() {
            Some(most) => self.turn::<A>(most).await,
            None => None,
        };
        let mut begin = Begin {
            number: once.number,
            before: &once.before,
            span_id: once.span_id,
            // That of a signal is a timer of its run.
            timeout: options.timeout().filter(|_| !A::SIGNAL),
            extras: Extras::of::<A>(options.idle_timeout(), turn, tools),
            // What the run keeps for its error is a copy of what it hears.
            target: to.at_the_end(),
        };
        let mut call = Call::new(&self.scope, A::ID, head);
        let before = call.before;
        let made = self.attempt::<A>(payload, &mut call, &mut begin);
        let made = caught_or(made, |message| self.fail::<A>(ErrorKind::Panicked { message })).await;
        let mut noticed = call.end();
        match made {
            Ok(mut handed) => {
                let warnings = &mut handed.head_mut().warnings;
                *warnings = warnings.split_off(before).into();
                Ok(handed)
            }
            Err(error) => Err(error.after(noticed.split_off(before))),
        }
    }
}
