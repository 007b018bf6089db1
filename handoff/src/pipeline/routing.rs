//! What the stages do that pick what comes next, and what they hand on: `match`, `or`, `repeat`, `map`.
//!
//! What a pipeline goes on with itself is addressed to it, and handed on again, through the one door, to whoever
//! reads it next: so every budget is looked at, and an observer sees each way that is taken.

use crate::agent::{AgentId, AgentSpec, Target};
use crate::contract::Contract;
use crate::engine::{Drive, Engine, Handoff, Mark};
use crate::envelope::{Handed, Head, Warnings};
use crate::error::{ErrorKind, PipelineError, Record};
use crate::panics::guarded;
use crate::trace::SpanId;
use std::ops::ControlFlow;

/// Hands a payload on that the pipeline has looked at, or a part of it: as from the agent that made it.
///
/// # Errors
///
/// As [`Scope::hand_off`](crate::engine::Scope::hand_off).
pub fn hand_off_again<E: Engine, T: Contract>(
    engine: &E,
    from: Head,
    payload: T,
    to: Target,
) -> Result<Handed<T>, PipelineError> {
    let Head { source, confidence, warnings, .. } = from;
    let handoff = Handoff { source, target: to, max_output_tokens: None, confidence, warnings };
    engine.scope().hand_off(handoff, payload)
}

/// A value whose type is known elsewhere.
#[must_use]
pub fn as_is<T>(value: Handed<T>) -> Handed<T> {
    value
}

/// Calls a closure of the user's. A panic in it is the pipeline's, and says where.
fn called<T>(
    from: &Head,
    pipeline: &AgentId,
    place: &str,
    closure: impl FnOnce() -> T,
) -> Result<T, PipelineError> {
    guarded(closure).map_err(|message| {
        let kind = ErrorKind::Panicked { message: format!("in {place}: {message}") };
        PipelineError::new(kind, pipeline.clone(), from.trace_id).after(from.warnings.clone())
    })
}

/// Asks whether an arm of a `match` is taken.
///
/// # Errors
///
/// [`ErrorKind::Panicked`], naming the pipeline.
pub fn guard(
    from: &Head,
    pipeline: &AgentId,
    condition: impl FnOnce() -> bool,
) -> Result<bool, PipelineError> {
    called(from, pipeline, "a guard of `match`", condition)
}

/// Makes something else of a value: the closure's result comes from the pipeline, and goes through the door like
/// any output. The confidence is what it says of its own, else that of the value.
///
/// # Errors
///
/// [`ErrorKind::Panicked`], naming the pipeline, and those of the door.
pub fn map<E: Engine, T, U: Contract, F: FnOnce(T) -> U>(
    engine: &E,
    value: Handed<T>,
    pipeline: &'static AgentId,
    to: Target,
    closure: F,
) -> Result<Handed<U>, PipelineError> {
    let (payload, from) = value.split();
    let made = called(&from, pipeline, "the closure of `map`", || closure(payload))?;
    let Head { confidence, warnings, .. } = from;
    let handoff = Handoff { source: pipeline, target: to, max_output_tokens: None, confidence, warnings };
    let handed = engine.scope().hand_off(handoff, made)?;
    engine.keeper().keep(engine.scope(), &handed, to);
    Ok(handed)
}

/// Hands a value on to an agent, and calls that.
///
/// # Errors
///
/// Those of the door, and of the agent.
pub async fn hand_off_to<E: Engine, A: Drive<E>>(
    engine: &E,
    value: Handed<A::Input>,
    to: Target,
) -> Result<Handed<A::Output>, PipelineError> {
    let (payload, from) = value.split();
    let outcome = match hand_off_again(engine, from, payload, Target::of::<A>()) {
        Ok(value) => A::drive(engine, value, to).await,
        Err(error) => Err(error),
    };
    engine.scope().end_fallback(outcome.as_ref().err());
    outcome
}

/// What came of an agent before an `or`.
#[derive(Debug)]
pub enum OrOutcome<T> {
    /// Its output.
    Succeeded(Handed<T>),
    /// What had been noticed before it failed, and that it did: the next agent is called.
    Failed(Warnings),
}

/// Calls `A`, and lets `B` be called where it fails. Where the run has been stopped from outside, or has used up
/// what it may take, there is nothing to call `B` for.
///
/// # Errors
///
/// Those after which `B` is not called.
pub async fn or<E: Engine, A: Drive<E>, B: AgentSpec>(
    engine: &E,
    value: Handed<A::Input>,
    to: Target,
) -> Result<OrOutcome<A::Output>, PipelineError> {
    match hand_off_to::<E, A>(engine, value, to).await {
        Ok(output) => Ok(OrOutcome::Succeeded(output)),
        Err(error) if error.kind().ends_the_run() => Err(error),
        Err(error) => {
            let instead = engine.scope().tell(B::ID);
            let what = format!("failed, so `{instead}` was called instead");
            let (error, warnings) = failed::<E, A>(engine, error, &what);
            engine.scope().begin_fallback(B::ID, &error);
            Ok(OrOutcome::Failed(warnings))
        }
    }
}

/// What is left of a failure that a pipeline goes on after: what had been noticed before, and what failed and why.
pub(super) fn failed<E: Engine, A: AgentSpec>(
    engine: &E,
    mut error: PipelineError,
    what: &str,
) -> (PipelineError, Warnings) {
    engine.keeper().add(engine.scope(), error.take_kept().into_iter().map(Record::of_the_past));
    let mut warnings = error.take_warnings();
    // In a pipeline, it is somebody below who has failed.
    let cause = if error.agent_id() == A::ID { error.message() } else { error.to_string() };
    let warning = engine.scope().warning(A::ID, format!("{what}: {cause}"));
    engine.scope().observe_warning(&warning);
    warnings.push(warning);
    (error, warnings)
}

/// Copies a value for the next agent of an `or`. What was noticed before stays with the original, and comes back where
/// that fails.
#[must_use]
pub fn spare<T: Clone>(value: &Handed<T>) -> Handed<T> {
    let head = Head { warnings: Warnings::default(), ..value.head().clone() };
    Handed::new(value.payload().clone(), head)
}

/// The value for the next agent after an `or`, with what was noticed of the one before.
#[must_use]
pub fn fall_back<T>(mut spare: Handed<T>, warnings: Warnings) -> Handed<T> {
    spare.head_mut().warnings = warnings;
    spare
}

/// The rounds of a `repeat`.
#[derive(Debug)]
pub struct Rounds {
    done: u32,
    max: u32,
    or_last: bool,
    pipeline: &'static AgentId,
    begun: Mark,
    /// The round that is under way.
    span: SpanId,
}

impl Rounds {
    /// At most `max` rounds, of a loop in this pipeline.
    #[must_use]
    pub fn new<E: Engine>(engine: &E, max: u32, pipeline: &'static AgentId) -> Self {
        let (begun, span) = (engine.keeper().mark(), engine.scope().begin_round(1, max));
        Self { done: 0, max, or_last: false, pipeline, begun, span }
    }

    /// Goes on with the last value, and a warning, where there may be no more rounds.
    #[must_use]
    pub fn or_last(mut self) -> Self {
        self.or_last = true;
        self
    }

    /// Asks, after a round, whether that was the last: then the value is handed on to `on`, and otherwise to
    /// `again`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotConverged`] where there may be no more rounds, naming the agent that made the value, with the
    /// value; [`ErrorKind::Panicked`], naming the pipeline; and those of the door.
    pub fn after<E: Engine, T: Contract>(
        &mut self,
        engine: &E,
        value: Handed<T>,
        again: Target,
        on: Target,
        until: impl FnOnce(&T) -> bool,
    ) -> Result<ControlFlow<Handed<T>, Handed<T>>, PipelineError> {
        self.after_round(engine, value, again, on, |value, _| until(value))
    }

    /// Asks a closure that takes the number of the round as well, as [`after`](Self::after) asks one that does not.
    ///
    /// # Errors
    ///
    /// As [`after`](Self::after).
    pub fn after_round<E: Engine, T: Contract>(
        &mut self,
        engine: &E,
        value: Handed<T>,
        again: Target,
        on: Target,
        until: impl FnOnce(&T, u32) -> bool,
    ) -> Result<ControlFlow<Handed<T>, Handed<T>>, PipelineError> {
        self.done = self.done.saturating_add(1);
        engine.keeper().only_the_last_since(self.begun);
        let (payload, mut from) = value.split();
        let converged =
            called(&from, self.pipeline, "the closure of `until`", || until(&payload, self.done))?;
        engine.scope().end_round(self.span, converged);
        if converged {
            return hand_off_again(engine, from, payload, on).map(ControlFlow::Break);
        }
        if self.done < self.max {
            let handed = hand_off_again(engine, from, payload, again)?;
            self.span = engine.scope().begin_round(self.done + 1, self.max);
            return Ok(ControlFlow::Continue(handed));
        }
        let kind = ErrorKind::NotConverged { rounds: self.done };
        if self.or_last {
            let warning =
                engine.scope().warning(from.source, format!("went on with the last output: {kind}"));
            engine.scope().observe_warning(&warning);
            from.warnings.push(warning);
            return hand_off_again(engine, from, payload, on).map(ControlFlow::Break);
        }
        // The output itself is kept already, like that of every stage.
        let Head { source, warnings, .. } = from;
        Err(engine.scope().error(kind, source).after(warnings))
    }
}

/// A function that says whether a loop is over, of the output of a round and, if it likes, its number. `Parameters` are
/// those of the function.
#[diagnostic::on_unimplemented(
    message = "`until` asks a function of `&{T}`, or of that and the number of the round, for a `bool`",
    label = "no function of `&{T}` that returns a `bool`",
    note = "write `fn(&{T}) -> bool` or `fn(&{T}, u32) -> bool`, or a closure: `until = |output| output.done`"
)]
pub trait Until<T, Parameters> {
    #[doc(hidden)]
    fn ask(self, output: &T, round: u32) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce(&T) -> bool> Until<T, (T,)> for F {
    #[inline]
    fn ask(self, output: &T, _: u32) -> bool {
        self(output)
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce(&T, u32) -> bool> Until<T, (T, u32)> for F {
    #[inline]
    fn ask(self, output: &T, round: u32) -> bool {
        self(output, round)
    }
}
