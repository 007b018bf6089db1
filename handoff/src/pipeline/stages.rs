//! What the stages of a pipeline do between the agents.

use crate::agent::AgentId;
use crate::contract::{Confidence, Contract};
use crate::engine::{Engine, Mark};
use crate::envelope::{Handed, Head};
use crate::error::{ErrorKind, PipelineError};
use crate::trace::SpanId;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// See [`in_pipeline`].
    #[derive(Debug)]
    // It holds the engine, and not what it takes of it: that a future is `Send` is asked of all that it holds, down to the
    // last field, anew in each of the user's pipelines.
    pub struct InPipeline<'a, E, F> {
        #[pin]
        stages: F,
        engine: &'a E,
        id: &'static AgentId,
        begun: Option<(Mark, SpanId)>,
    }
}

impl<E: Engine, T, F: Future<Output = Result<T, PipelineError>>> Future for InPipeline<'_, E, F> {
    type Output = Result<T, PipelineError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let engine: &E = this.engine;
        let (begun, span) = *this.begun.get_or_insert_with(|| {
            let begun = engine.keeper().enter(this.id);
            (begun, engine.scope().begin_pipeline(this.id, begun.is_outermost()))
        });
        this.stages.poll(cx).map(|outcome| {
            engine.keeper().leave(begun, outcome.is_ok());
            let outcome = outcome.map_err(|error| engine.scope().in_pipeline(error, this.id));
            engine.scope().end_pipeline(span, outcome.as_ref().err());
            outcome
        })
    }
}

/// Names the pipeline in the errors of its stages, and keeps of one that has come to its end the output alone. Not an
/// `async fn`, which would keep the stages twice: as its argument, and where it awaits them.
///
/// # Errors
///
/// The future's are those of the stages.
pub fn in_pipeline<'a, E, T, F>(engine: &'a E, id: &'static AgentId, stages: F) -> InPipeline<'a, E, F>
where
    E: Engine,
    F: Future<Output = Result<Handed<T>, PipelineError>> + Send,
{
    InPipeline { stages, engine, id, begun: None }
}

/// Stops what is less sure than the threshold, or than the runtime's `min_confidence`.
///
/// # Errors
///
/// [`ErrorKind::LowConfidence`], naming the agent whose output is doubtful.
pub fn gate<E: Engine, T: Contract>(
    engine: &E,
    value: Handed<T>,
    threshold: f64,
) -> Result<Handed<T>, PipelineError> {
    // The macro has refused every number that is no confidence.
    let threshold = Confidence::new(threshold).unwrap_or(Confidence::FULL);
    let floor = engine.scope().settings().min_confidence;
    let raised_from = (floor.get() > threshold.get()).then_some(threshold);
    let threshold = if raised_from.is_some() { floor } else { threshold };
    let passed = value.head().confidence.get() >= threshold.get();
    engine.scope().observe_gate(value.head(), threshold, passed);
    if passed {
        return Ok(value);
    }
    let (_, Head { source, confidence, warnings, .. }) = value.split();
    let kind = ErrorKind::LowConfidence { confidence, threshold, raised_from };
    Err(engine.scope().error(kind, source).after(warnings))
}
