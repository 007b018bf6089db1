//! What a host answers when Restate calls it.

mod agent;
mod pipeline;
mod signals;

pub(crate) use agent::AgentService;
pub(crate) use pipeline::PipelineService;

use crate::payload::Payload;
use restate_sdk::endpoint::{ContextInternal, Error};
use restate_sdk::errors::HandlerResult;

/// Answers, if it is this handler that is called.
async fn answer(
    ctx: &ContextInternal,
    handler: &str,
    answer: impl Future<Output = HandlerResult<Payload>>,
) -> Result<(), Error> {
    if ctx.handler_name() != handler {
        return Err(Error::unknown_handler(ctx.service_name(), ctx.handler_name()));
    }
    ctx.handle_handler_result(answer.await);
    ctx.end();
    Ok(())
}
