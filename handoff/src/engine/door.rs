//! The one door: what happens at a handoff.

use super::observer::Event;
use super::scope::Scope;
use crate::agent::{AgentId, Target};
use crate::budget::{MeasureError, TokenCount};
use crate::contract::{Confidence, Contract, ContractViolation, Fingerprint, Violations};
use crate::envelope::{Envelope, Warning};
use crate::error::{BudgetLimit, ErrorKind, Limit, PipelineError};
use crate::panics::guarded;
use crate::text::one_line;

/// A handoff that is about to be made: all but the payload.
#[derive(Debug)]
pub struct Handoff<'a> {
    /// Who made the payload.
    pub source: &'a AgentId,
    /// Who gets it.
    pub target: Target,
    /// The most tokens the source may hand on.
    pub max_output_tokens: Option<u32>,
    /// How sure the payload is if it does not say so itself.
    pub confidence: Confidence,
    /// What was noticed on the way.
    pub warnings: Vec<Warning>,
}

impl Scope {
    /// Hands a payload on. In this order: checks it against its contract, counts the tokens of
    /// the JSON that the next agent reads, compares them with the budgets, wraps it in an
    /// envelope and tells the observer. Nothing reaches an agent, a barrier or the caller by
    /// another way, on any engine.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Contract`] with all violations (one of them is nesting deeper than the 127 levels that
    /// are read back, which is noticed on the way and not at its end), [`ErrorKind::OverBudget`], and
    /// [`ErrorKind::LimitExceeded`] for a payload beyond the byte cap. The source is at fault,
    /// but the target where its `input_budget` is exceeded. The warnings are kept on the error.
    pub fn hand_off<T: Contract>(
        &self,
        handoff: Handoff<'_>,
        payload: T,
    ) -> Result<Envelope<T>, PipelineError> {
        let Handoff { source, target, max_output_tokens, confidence, warnings } = handoff;
        let (tokens, confidence, schema) =
            match self.inspect(source, target, max_output_tokens, confidence, &payload) {
                Ok(inspected) => inspected,
                Err(kind) => {
                    let receiver =
                        matches!(kind, ErrorKind::OverBudget { limit: BudgetLimit::InputBudget, .. });
                    let at_fault = if receiver { target.id } else { source };
                    return Err(self.error(kind, at_fault).after(warnings));
                }
            };
        let envelope = Envelope {
            source: source.clone(),
            target: target.id.clone(),
            trace_id: self.trace_id(),
            confidence,
            warnings,
            tokens,
            schema,
            payload,
        };
        self.observe_handoff(&envelope);
        Ok(envelope)
    }

    /// Calls the user's own checks, `Serialize`, schema and token counter, whose panics are the
    /// source's: they panic on its payload.
    fn inspect<T: Contract>(
        &self,
        source: &AgentId,
        target: Target,
        max_output_tokens: Option<u32>,
        confidence: Confidence,
        payload: &T,
    ) -> Result<(TokenCount, Confidence, Fingerprint), ErrorKind> {
        let during = |step: &'static str| {
            move |message: String| ErrorKind::Panicked {
                message: format!("while its output was {step}: {message}"),
            }
        };
        guarded(|| check(payload)).map_err(during("checked"))??;
        let measured = guarded(|| self.measure(source, target, max_output_tokens, payload));
        let tokens = measured.map_err(during("written as JSON and counted"))??;
        let described = guarded(|| (payload.confidence().unwrap_or(confidence), T::fingerprint()));
        let (confidence, schema) = described.map_err(during("described"))?;
        Ok((tokens, confidence, schema))
    }

    fn measure<T: Contract>(
        &self,
        source: &AgentId,
        target: Target,
        max_output_tokens: Option<u32>,
        payload: &T,
    ) -> Result<TokenCount, ErrorKind> {
        // In the order in which they are to blame.
        let budgets = [
            (BudgetLimit::MaxOutputTokens, max_output_tokens),
            (BudgetLimit::MaxTokens, T::MAX_TOKENS),
            (BudgetLimit::InputBudget, target.input_budget),
        ];
        let mut set = budgets.into_iter().filter_map(|(limit, budget)| Some((limit, budget?)));
        let over = |(limit, budget), tokens, exact| ErrorKind::OverBudget {
            tokens,
            budget,
            limit,
            exact,
            encoding: self.settings().meter.counter().encoding(),
            source: self.tell(source).into(),
            target: self.tell(target.id).into(),
        };
        // Counting stops above the first budget: what exceeds it need not be known in full, and
        // what does not is known in full, for the others.
        let first = set.next();
        match self.settings().meter.measure(payload, first.map(|(_, budget)| budget)) {
            Ok(tokens) => match set.find(|(_, budget)| tokens.count > *budget) {
                Some(exceeded) => Err(over(exceeded, tokens.count, true)),
                None => Ok(tokens),
            },
            Err(MeasureError::OverBudget { tokens, exact, limit }) => {
                Err(over(first.unwrap_or((BudgetLimit::MaxTokens, limit)), tokens, exact))
            }
            Err(MeasureError::TooLarge { max_bytes }) => {
                let allowed = max_bytes as u64;
                let found = allowed.saturating_add(1);
                Err(ErrorKind::LimitExceeded { limit: Limit::PayloadBytes, allowed, found })
            }
            Err(error) => Err(unwritable::<T>(&error)),
        }
    }

    fn observe_handoff<T: Contract>(&self, envelope: &Envelope<T>) {
        let wanted = self.settings().observer.as_ref().is_some_and(|observer| {
            // Whatever the observer or the payload does in here is no reason to fail.
            guarded(|| observer.wants_payloads()).unwrap_or_default()
        });
        let payload = if wanted {
            guarded(|| serde_json::to_string(&envelope.payload).ok()).unwrap_or_default()
        } else {
            None
        };
        self.observe(&Event::Handoff {
            source: &envelope.source,
            target: &envelope.target,
            task: self.task(),
            task_path: self.task_path(),
            tokens: &envelope.tokens,
            schema: envelope.schema,
            confidence: envelope.confidence,
            payload: payload.as_deref(),
        });
    }
}

fn check<T: Contract>(payload: &T) -> Result<(), ErrorKind> {
    let mut violations = Violations::new();
    payload.check(&mut violations);
    if violations.is_empty() {
        return Ok(());
    }
    Err(ErrorKind::Contract(ContractViolation::of::<T>(violations)))
}

/// A payload that has no JSON, or one that is nested too deep, cannot be read by anybody.
fn unwritable<T: Contract>(error: &MeasureError) -> ErrorKind {
    let mut violations = Violations::new();
    match error {
        MeasureError::TooDeep => violations.report_depth(),
        _ => violations.report("type", one_line(error)),
    }
    ErrorKind::Contract(ContractViolation::of::<T>(violations))
}
