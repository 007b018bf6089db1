//! What the stages of a pipeline do between the agents.

use crate::agent::AgentId;
use crate::contract::{Confidence, Contract};
use crate::engine::{Engine, Keeper, Mark, Scope};
use crate::envelope::{Handed, Head};
use crate::error::{ErrorKind, PipelineError};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// See [`in_pipeline`].
    #[derive(Debug)]
    pub struct InPipeline<'a, F> {
        #[pin]
        stages: F,
        keeper: &'a Keeper,
        scope: &'a Scope,
        id: &'static AgentId,
        begun: Option<Mark>,
    }
}

impl<T, F: Future<Output = Result<T, PipelineError>>> Future for InPipeline<'_, F> {
    type Output = Result<T, PipelineError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let begun = *this.begun.get_or_insert_with(|| this.keeper.enter(this.id));
        this.stages.poll(cx).map(|outcome| {
            this.keeper.leave(begun, outcome.is_ok());
            outcome.map_err(|error| this.scope.in_pipeline(error, this.id))
        })
    }
}

/// Names the pipeline in the errors of its stages, and keeps of one that has come to its end the output alone. Not an `async fn`, which would keep the stages
/// twice: as its argument, and where it awaits them.
///
/// # Errors
///
/// The future's are those of the stages.
pub fn in_pipeline<'a, E, T, F>(engine: &'a E, id: &'static AgentId, stages: F) -> InPipeline<'a, F>
where
    E: Engine,
    F: Future<Output = Result<Handed<T>, PipelineError>> + Send,
{
    InPipeline { stages, keeper: engine.keeper(), scope: engine.scope(), id, begun: None }
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
    if value.head().confidence.get() >= threshold.get() {
        return Ok(value);
    }
    let (_, Head { source, confidence, warnings, .. }) = value.split();
    let kind = ErrorKind::LowConfidence { confidence, threshold, raised_from };
    Err(engine.scope().error(kind, source).after(warnings))
}
