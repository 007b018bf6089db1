//! What a run asks outside: who is told of it, and how an answer gets there.

use super::pipeline::failure;
use crate::payload::Payload;
use crate::signals::{self, ANSWERED, ENDED, Given, MISTAKEN, UNKNOWN};
use handoff::durable::{SignalAsked, answered};
use handoff::{AgentSpec, AnswerError, Runtime};
use restate_sdk::endpoint::ContextInternal;
use restate_sdk::errors::{HandlerResult, TerminalError};

/// What is known of a signal.
enum State {
    Unknown,
    Waits(Box<SignalAsked>),
    Ended,
}

/// All that waits in the run.
pub(super) async fn list(ctx: &ContextInternal) -> HandlerResult<Payload> {
    ctx.input::<Payload>().await;
    let mut waiting = Vec::new();
    for name in ctx.get_keys().await?.into_iter().filter(|key| signals::is_name(key)) {
        if let State::Waits(asked) = state(ctx, &name).await?
            && ctx.peek_promise::<Payload>(&name).await?.is_none()
        {
            waiting.push(asked);
        }
    }
    waiting.sort_by_key(|asked| asked.at);
    Ok(serde_json::to_string(&waiting).map_err(TerminalError::from_error)?.into())
}

/// Takes an answer, if it may pass and nobody was faster. Else the run goes on waiting.
pub(super) async fn take<P: AgentSpec, S>(
    ctx: &ContextInternal,
    runtime: &Runtime<S>,
) -> HandlerResult<Payload> {
    let (given, metadata) = ctx.input::<Payload>().await;
    let mistaken = |reason: String| TerminalError::new_with_code(MISTAKEN, reason);
    let given = given.text().map_err(|error| mistaken(error.to_string()))?;
    let Given { signal, agent, answer } =
        serde_json::from_str(given).map_err(|error| mistaken(error.to_string()))?;
    let name = signals::name(signal.span_id());
    if ctx.peek_promise::<Payload>(&name).await?.is_some() {
        return Err(refusal(ANSWERED, &AnswerError::Answered(signal)).into());
    }
    let asked = match state(ctx, &name).await? {
        State::Waits(asked) if asked.id == signal => asked,
        State::Ended => return Err(refusal(ENDED, &AnswerError::Ended(signal)).into()),
        _ => return Err(refusal(UNKNOWN, &AnswerError::Unknown(signal)).into()),
    };
    if let Some(agent) = agent.filter(|agent| *agent != asked.agent) {
        let waits = &asked.agent;
        let reason = format!("signal `{signal}` belongs to agent `{waits}`, not to `{agent}`");
        return Err(mistaken(reason).into());
    }
    let outcome = answered::<P, S>(runtime, &asked, answer.get()).map_err(|refused| failure(&refused))?;
    let answer = signals::promised(&metadata.invocation_id, &outcome)
        .ok_or_else(|| mistaken("the answer cannot be written as JSON".to_owned()))?;
    ctx.resolve_promise(&name, Payload::from(answer.clone()));
    // Somebody else may have been here at the same time. Restate takes one of both.
    match ctx.peek_promise::<Payload>(&name).await? {
        Some(taken) if taken.text() == Ok(&answer) => Ok("null".to_owned().into()),
        _ => Err(refusal(ANSWERED, &AnswerError::Answered(signal)).into()),
    }
}

async fn state(ctx: &ContextInternal, name: &str) -> Result<State, TerminalError> {
    let Some(kept) = ctx.get::<Payload>(name).await? else { return Ok(State::Unknown) };
    let kept = kept.text().map_err(TerminalError::from_error)?;
    let asked: Option<Box<SignalAsked>> = serde_json::from_str(kept).map_err(TerminalError::from_error)?;
    Ok(asked.map_or(State::Ended, State::Waits))
}

fn refusal(status: u16, error: &AnswerError) -> TerminalError {
    TerminalError::new_with_code(status, error.to_string())
}
