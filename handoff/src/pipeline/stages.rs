//! What the stages of a pipeline do between the agents.

use crate::agent::Target;
use crate::barrier::{Barrier, Gathers, Rule};
use crate::contract::{Confidence, Contract};
use crate::engine::{Drive, Engine, Handoff, Tasks};
use crate::envelope::Envelope;
use crate::error::{ErrorKind, PipelineError};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// See [`in_pipeline`].
    #[derive(Debug)]
    pub struct InPipeline<F> {
        #[pin]
        stages: F,
        name: &'static str,
    }
}

impl<T, F: Future<Output = Result<T, PipelineError>>> Future for InPipeline<F> {
    type Output = Result<T, PipelineError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.stages.poll(cx).map_err(|error| error.in_pipeline(this.name))
    }
}

/// Names the pipeline in the errors of its stages. Not an `async fn`, which would keep the stages
/// twice: as its argument, and where it awaits them.
///
/// # Errors
///
/// The future's are those of the stages.
pub fn in_pipeline<T, F>(name: &'static str, stages: F) -> InPipeline<F>
where
    F: Future<Output = Result<Envelope<T>, PipelineError>> + Send,
{
    InPipeline { stages, name }
}

/// Stops what is less sure than the threshold, or than the runtime's `min_confidence`.
///
/// # Errors
///
/// [`ErrorKind::LowConfidence`], naming the agent whose output is doubtful.
pub fn gate<E: Engine, T: Contract>(
    engine: &E,
    value: Envelope<T>,
    threshold: f64,
) -> Result<Envelope<T>, PipelineError> {
    // The macro has refused every number that is no confidence.
    let threshold = Confidence::new(threshold).unwrap_or(Confidence::FULL);
    let floor = engine.scope().settings().min_confidence;
    let raised_from = (floor.get() > threshold.get()).then_some(threshold);
    let threshold = if raised_from.is_some() { floor } else { threshold };
    if value.confidence.get() >= threshold.get() {
        return Ok(value);
    }
    let Envelope { source, confidence, warnings, trace_id, .. } = value;
    let kind = ErrorKind::LowConfidence { confidence, threshold, raised_from };
    Err(PipelineError::new(kind, source, trace_id).after(warnings))
}

/// How wide a fan-out may be.
#[derive(Clone, Copy, Debug)]
pub struct Width {
    /// What is fanned out, as the user wrote it.
    pub of: &'static str,
    /// The most items there may be.
    pub max: Option<u64>,
}

/// Runs an `A` on each item, and hands on what the barrier makes of the outcomes.
///
/// Results keep the order of the items. On drop, all tasks are stopped. Once the barrier has
/// failed, what runs is stopped too, what waits is never started, and what had finished is kept
/// on the error. Nothing is started where there are too many items, or none.
///
/// # Errors
///
/// [`ErrorKind::EmptyFanOut`], [`ErrorKind::FanOutTooWide`], and what the barrier makes of the
/// failures of tasks.
pub async fn fan_out<E: Engine, A: Drive<E>, P: Gathers<A::Output>>(
    engine: &E,
    from: Envelope<()>,
    items: Vec<A::Input>,
    width: Width,
    rule: Rule,
    to: Target,
) -> Result<Envelope<P>, PipelineError> {
    let trace_id = from.trace_id;
    let (source, confidence, mut warnings) = (from.source.clone(), from.confidence, from.warnings.clone());
    // The source's output cannot be fanned out; where that is the run's input, `A` has no use for it.
    let fail = |kind| PipelineError::new(kind, source.clone(), trace_id).blame(A::ENTRY);
    let found = items.len();
    if found == 0 {
        return Err(fail(ErrorKind::EmptyFanOut { of: width.of }).after(warnings));
    }
    if let Some(max) = width.max
        && found as u64 > max
    {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        return Err(fail(ErrorKind::FanOutTooWide { of: width.of, width: found, max }).after(warnings));
    }
    let barrier = match Barrier::new(rule, found) {
        Ok(barrier) => barrier,
        Err(kind) => return Err(fail(kind).after(warnings)),
    };
    let tasks = Tasks::new(items, &from, Target::of::<A>());
    let barrier = engine.gather::<A>(tasks, barrier, to.through_it()).await;
    let (payload, mean, mut noticed) = match P::close(barrier, A::ID, trace_id) {
        Ok(closed) => closed,
        Err(error) => return Err(error.after(warnings)),
    };
    warnings.append(&mut noticed);
    let handoff = Handoff {
        source: A::ID,
        target: to,
        max_output_tokens: None,
        confidence: mean.unwrap_or(confidence),
        warnings,
    };
    engine.scope().hand_off(handoff, payload)
}
