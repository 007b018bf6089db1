//! Fan-outs: what is declared of one, and how it is run.

use crate::agent::{AgentId, AgentSpec, Target};
use crate::barrier::{Barrier, Gathers, Labels, Partial, Policy};
use crate::contract::Contract;
use crate::engine::{Drive, Engine, FanOutKind, FansOut, Handoff, Recover, Scope, Tasks};
use crate::envelope::{Handed, Head};
use crate::error::{ErrorKind, Many, Of, PipelineError, Record};
use crate::panics::guarded;
use crate::text::whole;
use std::fmt::{self, Display};
use std::time::Duration;

/// A fan-out to the agent `A` and its barrier, as they are written: the options of both.
pub struct FanOut<A: AgentSpec> {
    of: &'static str,
    max: Option<u64>,
    policy: Policy,
    deadline: Option<Duration>,
    allow_empty: bool,
    concurrency: Option<usize>,
    labels: Labels,
    recover: Option<Recover<A>>,
}

impl<A: AgentSpec> FanOut<A> {
    /// At most `max` tasks, if that is bounded, and when they have done enough. `of` says what is
    /// fanned out, as the user wrote it.
    #[must_use]
    pub fn new(of: &'static str, max: Option<u64>, policy: Policy) -> Self {
        let labels = Labels::default();
        Self { of, max, policy, deadline: None, allow_empty: false, concurrency: None, labels, recover: None }
    }

    /// What has not settled after this time has failed.
    #[must_use]
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline = Some(after);
        self
    }

    /// No tasks are no error.
    #[must_use]
    pub fn allow_empty(mut self) -> Self {
        self.allow_empty = true;
        self
    }

    /// At most so many tasks under way at once.
    #[must_use]
    pub fn concurrency(mut self, most: usize) -> Self {
        self.concurrency = Some(most);
        self
    }

    /// The tasks have names.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// A failed task becomes an output.
    #[must_use]
    pub fn recover(mut self, recover: Recover<A>) -> Self {
        self.recover = Some(recover);
        self
    }
}

impl<A: AgentSpec> fmt::Debug for FanOut<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FanOut").field("of", &self.of).field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// The items that a closure of the user's makes of what comes in.
///
/// # Errors
///
/// [`ErrorKind::Panicked`] where it panics: that is the pipeline's fault, whose closure it is.
pub fn choose<T, I, F: FnOnce(T) -> Vec<I>>(
    pipeline: &AgentId,
    from: &Head,
    payload: T,
    choose: F,
) -> Result<Vec<I>, PipelineError> {
    guarded(|| choose(payload)).map_err(|message| in_closure(pipeline, from, "fan_out", &message))
}

/// A name of a task that can be displayed.
#[diagnostic::on_unimplemented(
    message = "a `label` names a task, but `{Self}` cannot be shown",
    label = "`{Self}` does not implement `Display`",
    note = "name the task by a string, a number, or anything else that implements `Display`"
)]
pub trait Label {
    #[doc(hidden)]
    fn show(self) -> String;
}

#[diagnostic::do_not_recommend]
impl<L: Display> Label for L {
    fn show(self) -> String {
        whole(&self)
    }
}

/// The names of tasks, each made of its item before anything is started.
///
/// # Errors
///
/// [`ErrorKind::Panicked`] where the closure panics: that is the pipeline's fault, whose closure it
/// is.
// One lifetime for all, so that a label may be a part of its item.
pub fn label<'a, I, L, F: Fn(&'a I) -> L>(
    pipeline: &AgentId,
    from: &Head,
    items: &'a [I],
    label: F,
    shown: fn(L) -> String,
) -> Result<Labels, PipelineError> {
    let labels = guarded(|| Labels::new(items.iter().map(|item| shown(label(item)))));
    labels.map_err(|message| in_closure(pipeline, from, "label", &message))
}

fn in_closure(pipeline: &AgentId, from: &Head, of: &str, message: &str) -> PipelineError {
    let kind = ErrorKind::Panicked { message: format!("in the closure of `{of}`: {message}") };
    PipelineError::new(kind, pipeline.clone(), from.trace_id).after(from.warnings.clone())
}

/// What a barrier yields, through the door. As [`Gathers`], it asks nothing of a `T` that is no contract.
pub trait Passes<T>: Gathers<T> {
    /// Hands it on, or gives back what is refused.
    fn pass(self, scope: &Scope, handoff: Handoff) -> Result<Handed<Self>, Box<(PipelineError, Self)>>
    where
        T: Contract;

    /// Copies it.
    fn copied(&self) -> Self
    where
        T: Contract;
}

macro_rules! passes {
    ($($yield:ident),*) => {$(
        impl<T> Passes<T> for $yield<T> {
            fn pass(
                self,
                scope: &Scope,
                handoff: Handoff,
            ) -> Result<Handed<Self>, Box<(PipelineError, Self)>>
            where
                T: Contract,
            {
                scope.pass(handoff, self)
            }

            fn copied(&self) -> Self
            where
                T: Contract,
            {
                self.clone()
            }
        }
    )*};
}

passes!(Vec, Partial);

/// Runs an `A` on each item, and hands on what the barrier makes of the outcomes.
///
/// Results keep the order of the items. On drop, all tasks are stopped. Once the barrier has
/// closed, what runs is stopped too, what waits is never started, and what had finished is kept
/// on the error. Nothing is started where there are too many items, or none.
///
/// # Errors
///
/// [`ErrorKind::EmptyFanOut`], [`ErrorKind::FanOutTooWide`], and what the barrier makes of the
/// failures of tasks.
pub async fn fan_out<E: Engine, A: Drive<E>, P: Passes<A::Output>>(
    engine: &E,
    from: Head,
    items: Vec<A::Input>,
    declared: FanOut<A>,
    to: Target,
) -> Result<Handed<P>, PipelineError> {
    let FanOut { of, max, policy, deadline, allow_empty, concurrency, labels, recover } = declared;
    let trace_id = from.trace_id;
    // The source's output cannot be fanned out; where that is the run's input, `A` has no use for it.
    let fail = |kind| {
        let error = PipelineError::new(kind, from.source.clone(), trace_id).blame(A::ENTRY);
        engine.scope().told(error).after(from.warnings.clone())
    };
    let width = items.len();
    if width == 0 && !allow_empty {
        return Err(fail(ErrorKind::EmptyFanOut { of: of.into() }));
    }
    if let Some(max) = max
        && width as u64 > max
    {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        return Err(fail(ErrorKind::FanOutTooWide { of: of.into(), width, max }));
    }
    let mut barrier = match Barrier::new(policy, width, A::ID, trace_id) {
        Ok(barrier) => barrier
            .within(engine.scope().task_path())
            .labels(labels.clone())
            .until(deadline)
            .stating(A::stated),
        Err(kind) => return Err(fail(kind)),
    };
    let begun = FansOut { kind: FanOutKind::FanOut, of: Some(of), agent: A::ID, width, policy };
    let span = engine.scope().begin_fan_out(&begun);
    if width > 0 {
        let tasks =
            Tasks::new(items, &from, to.through_it(), span).concurrency(concurrency).with(labels, recover);
        barrier = engine.gather::<A>(tasks, barrier).await;
    }
    let Head { confidence, mut warnings, .. } = from;
    let (payload, mean, noticed) = match P::close(barrier, |warning| engine.scope().observe_warning(warning))
    {
        Ok(closed) => closed,
        Err(error) => {
            let error = engine.scope().told(error).after(warnings);
            engine.scope().end_fan_out(span, Some(&error));
            return Err(error);
        }
    };
    warnings.extend(noticed.into_iter().map(|mut warning| {
        warning.agent = engine.scope().tell(&warning.agent);
        warning
    }));
    let scope = engine.scope();
    let confidence = mean.unwrap_or(confidence);
    let handoff = Handoff { source: A::ID, target: to, max_output_tokens: None, confidence, warnings };
    let kept = |payload: P| Many::of_a_fan_out(payload.into_partial());
    let passed = payload.pass(scope, handoff);
    scope.end_fan_out(span, passed.as_ref().err().map(|refused| &refused.0));
    match passed {
        Ok(handed) => {
            engine.keeper().keep_as(scope, &handed, to, Of::Passed, |payload| kept(payload.copied()));
            Ok(handed)
        }
        Err(refused) => {
            let (error, payload) = *refused;
            let record = Record::refused(&error, A::ID, confidence, Of::Passed, kept(payload));
            Err(error.keep(record))
        }
    }
}
