//! One answer of a model: the turn at it, the call, what it took.

use std::time::Duration;

use handoff::{Context, WarningKind};
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep, sleep_until};

use super::limiter::Turn;
use super::{Inner, Model};
use crate::error::{ModelError, ModelErrorKind};
use crate::provider::Completion;
use crate::request::Request;

/// Waiting for longer than this leaves a warning.
const NOTICED: Duration = Duration::from_millis(500);

/// The longest that is waited within an attempt where the provider says how long.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What each message takes beside its text, as providers write them down: an estimate.
const TOKENS_A_MESSAGE: u32 = 4;

impl Model {
    /// Calls the provider when it is this call's turn.
    pub(super) async fn call(&self, request: &Request, cx: &Context) -> Result<Completion, ModelError> {
        let Inner { provider, waits, .. } = &*self.inner;
        let expected = self.expected_tokens(request)?;
        let mut waited = 0;
        loop {
            let (mut turn, permit) = self.turn(expected, cx).await;
            turn.begin();
            let mut pieces = 0;
            let mut sink = |piece: &str| {
                pieces += 1;
                cx.progress(pieces, piece);
            };
            let outcome = provider.complete(request, &mut sink).await;
            drop(permit);
            let usage = outcome.as_ref().ok().and_then(|completion| completion.usage);
            match (&outcome, usage) {
                // Until it is known, what was expected is as good as any other number.
                (Ok(_), None) => {}
                (_, usage) => turn.settle(usage.map_or(0, handoff::Usage::total)),
            }
            match outcome {
                Ok(completion) => {
                    cx.answered(completion.model.as_deref().unwrap_or(provider.name()), &completion.finish);
                    match usage {
                        Some(usage) => cx.spend(usage),
                        None => cx.warn(
                            "its model does not say what the call took, so it is not in the run's usage",
                        ),
                    }
                    return Ok(completion);
                }
                Err(error) => match error.passes_after() {
                    Some((status, after)) if waited < *waits && after <= LONGEST_WAIT => {
                        // Whoever was told waits, and nobody else: others may have a turn before.
                        waited += 1;
                        if after > NOTICED {
                            let after = seconds(after);
                            let message = format!("its model answered {status} and asked to wait {after}");
                            cx.note(WarningKind::Waited, message);
                        }
                        cx.waiting(sleep(after)).await;
                    }
                    _ => return Err(error.into()),
                },
            }
        }
    }

    /// Waits for a turn.
    async fn turn(&self, tokens: u32, cx: &Context) -> (Turn<'_>, Option<SemaphorePermit<'_>>) {
        let Inner { limiter, in_flight, .. } = &*self.inner;
        let asked = Instant::now();
        let turn = limiter.draw(tokens);
        let mut permit = in_flight.try_acquire().ok();
        if permit.is_none() || turn.at() > asked {
            permit = cx
                .waiting(async {
                    // Nobody is kept from a call by one that may not begin.
                    drop(permit);
                    sleep_until(turn.at()).await;
                    // Never closed.
                    in_flight.acquire().await.ok()
                })
                .await;
            let waited = asked.elapsed();
            if waited > NOTICED {
                cx.note(
                    WarningKind::Waited,
                    format!("it waited {} for its turn at the model", seconds(waited)),
                );
            }
        }
        (turn, permit)
    }

    /// How many tokens a call may take: those of its prompt, and those of the longest answer. 0 where nobody asks.
    fn expected_tokens(&self, request: &Request) -> Result<u32, ModelError> {
        let Inner { context_window, counter, limiter, .. } = &*self.inner;
        if context_window.is_none() && !limiter.counts_tokens() {
            return Ok(0);
        }
        let count = |text: &str| counter.count(text, None).tokens();
        let sum = |tokens: &mut dyn Iterator<Item = u32>| tokens.fold(0, u32::saturating_add);
        let messages = request.messages.iter();
        let messages = messages.map(|message| sum(&mut message.texts().map(count)));
        let texts = messages.chain(request.system.as_deref().map(count));
        let prompt = sum(&mut texts.map(|tokens| tokens.saturating_add(TOKENS_A_MESSAGE)));
        let schemas = request.schema.iter().chain(request.tools.iter().map(|tool| &tool.schema));
        let schemas = sum(&mut schemas.map(|schema| count(&schema.to_string())));
        let described = sum(&mut request.tools.iter().map(|tool| count(&tool.description)));
        let tokens = prompt.saturating_add(schemas).saturating_add(described);
        let max_output_tokens = request.max_output_tokens.unwrap_or(0);
        let expected = tokens.saturating_add(max_output_tokens);
        match *context_window {
            Some(context_window) if expected > context_window => {
                Err(ModelErrorKind::TooLong { tokens, max_output_tokens, context_window }.into())
            }
            _ => Ok(expected),
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
