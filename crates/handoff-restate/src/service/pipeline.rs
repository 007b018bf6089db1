//! A pipeline: a run of it is a workflow.

use super::signals;
use crate::journal::{CANCELLED, Restate, now};
use crate::manifest::RUN;
use crate::payload::Payload;
use crate::signals::{ANSWER, SIGNALS};
use handoff::durable::{Elsewhere, InputHash, Origin, Scheduled, deadline_of, drive_to_text};
use handoff::engine::Drive;
use handoff::{ErrorKind, PipelineError, Runtime, TraceId, TraceParent};
use restate_sdk::context::RunFuture as _;
use restate_sdk::endpoint::{ContextInternal, InputMetadata};
use restate_sdk::errors::{HandlerResult, TerminalError};
use restate_sdk::service::Service;
use restate_sdk::service::macro_support::ServiceBoxFuture;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) struct PipelineService<P, S> {
    runtime: Runtime<S>,
    pipeline: PhantomData<fn() -> P>,
}

impl<P, S> PipelineService<P, S> {
    pub(crate) fn new(runtime: Runtime<S>) -> Self {
        Self { runtime, pipeline: PhantomData }
    }
}

impl<P: Drive<Scheduled<Elsewhere>>, S: Send + Sync + 'static> Service for PipelineService<P, S> {
    type Future = ServiceBoxFuture;

    fn handle(&self, ctx: ContextInternal) -> ServiceBoxFuture {
        let runtime = self.runtime.clone();
        Box::pin(async move {
            match ctx.handler_name() {
                ANSWER => super::answer(&ctx, ANSWER, signals::take::<P, S>(&ctx, &runtime)).await,
                SIGNALS => super::answer(&ctx, SIGNALS, signals::list(&ctx)).await,
                _ => super::answer(&ctx, RUN, run::<P, S>(&ctx, &runtime)).await,
            }
        })
    }
}

async fn run<P: Drive<Scheduled<Elsewhere>>, S: Send + Sync + 'static>(
    ctx: &ContextInternal,
    runtime: &Runtime<S>,
) -> HandlerResult<Payload> {
    let (input, metadata) = ctx.input::<Payload>().await;
    let input = input.text().map_err(|error| TerminalError::new_with_code(400, error.to_string()))?;
    let origin = origin(&metadata).until(until(ctx, runtime).await?);
    let mut journal = Restate::new(ctx.clone());
    match drive_to_text::<P, _, _, _>(runtime, origin, &mut journal, Elsewhere, input).await {
        // What is wrong is wrong with this host, and not with the run. Restate logs it, and no payload is to be in a log:
        // none is in the line of an error.
        Err(error) if !ends_the_run(error.kind()) => Err(error.to_string().into()),
        ended => {
            journal.give_up_all().await;
            ended.map(Payload::from).map_err(|error| failure(&error).into())
        }
    }
}

/// The trace of a run: that of whoever asked for it, or one that is made of what Restate calls it by, so that it is the
/// same wherever the run goes on.
fn origin(metadata: &InputMetadata) -> Origin {
    let id = &metadata.invocation_id;
    let parent: Option<TraceParent> = metadata.headers.get("traceparent").and_then(|text| text.parse().ok());
    let trace_id = parent.map_or_else(|| derived(id), |parent| parent.trace_id());
    Origin::new(id, trace_id).parent(parent)
}

/// When the run's deadline passes, for agents to know: kept as it was when the run began.
async fn until<S>(ctx: &ContextInternal, runtime: &Runtime<S>) -> Result<Option<SystemTime>, TerminalError> {
    let Some(deadline) = deadline_of(runtime) else { return Ok(None) };
    let deadline = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
    let until = ctx.run(|| async { Ok(now().saturating_add(deadline)) }).name("deadline").await?;
    Ok(UNIX_EPOCH.checked_add(Duration::from_millis(until)))
}

fn derived(id: &str) -> TraceId {
    let mut bytes = InputHash::of(id).to_bytes();
    // Not all of them are zero.
    bytes[15] = bytes[15].max(1);
    TraceId::from_bytes(bytes).unwrap_or_else(|| unreachable!("it is not zero"))
}

/// Whether it is how the run has ended, and not why this host cannot go on with it.
///
/// Contracts that differ are an end here: that they do is in Restate's journal, where no other host could unsay it.
fn ends_the_run(kind: &ErrorKind) -> bool {
    kind.ends_a_kept_run() || matches!(kind, ErrorKind::SchemaDrift(_))
}

/// An error as Restate keeps it, which has a status and a text for it: a line for people, and then all of it.
pub(super) fn failure(error: &PipelineError) -> TerminalError {
    let status = match error.kind() {
        ErrorKind::Contract(_)
        | ErrorKind::OverBudget { .. }
        | ErrorKind::LowConfidence { .. }
        | ErrorKind::EmptyFanOut { .. }
        | ErrorKind::FanOutTooWide { .. }
        | ErrorKind::SchemaDrift(_) => 422,
        ErrorKind::Cancelled { .. } => CANCELLED,
        ErrorKind::TimedOut { .. } | ErrorKind::Deadline { .. } => 504,
        _ => 500,
    };
    TerminalError::new_with_code(status, format!("{error}\n{}", error.to_json()))
}
