//! The one door: what happens at a handoff.

use super::observer::Event;
use super::scope::Scope;
use crate::agent::{AgentId, Target};
use crate::baseline::Watch;
use crate::budget::{MeasureError, TokenCount};
use crate::contract::internals::Emitted;
use crate::contract::{self, Confidence, Contract, ContractViolation, MOST_LEVELS, Violations};
use crate::envelope::{Envelope, Handed, Head, Warning, Warnings};
use crate::error::{BudgetLimit, ErrorKind, Limit, PipelineError};
use crate::json::{Unwritten, Writer};
use crate::panics::guarded;
use crate::text::one_line;
use std::cell::Cell;

/// A handoff that is about to be made: everything but the payload.
#[derive(Debug)]
pub struct Handoff {
    /// The agent that made the payload.
    pub source: &'static AgentId,
    /// The destination of the payload.
    pub target: Target,
    /// The most tokens that the source may hand on.
    pub max_output_tokens: Option<u32>,
    /// The confidence of the payload, unless it states its own.
    pub confidence: Confidence,
    /// The warnings so far.
    pub warnings: Warnings,
}

impl Scope {
    /// Hands a payload on: checks it, counts its tokens, and wraps it in an envelope.
    ///
    /// In this order, it checks the payload against its contract, counts the tokens of the JSON that the next
    /// agent reads, compares them with the budgets, wraps the payload in an envelope and tells the observers.
    /// Nothing reaches an agent, a barrier or the caller by another way, on any engine.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Contract`] with all violations (nesting deeper than the 127 levels that can be
    /// read back is one, which is noticed before the rest is checked), [`ErrorKind::OverBudget`], or
    /// [`ErrorKind::LimitExceeded`] for a payload beyond the byte cap. The source is at fault, except that
    /// the target is if its `input_budget` is exceeded. The error keeps the warnings.
    pub fn hand_off<T: Contract>(&self, handoff: Handoff, payload: T) -> Result<Handed<T>, PipelineError> {
        self.pass(handoff, payload).map_err(|refused| refused.0)
    }

    /// Hands a payload on, and gives back one that is refused.
    pub(crate) fn pass<T: Contract>(
        &self,
        handoff: Handoff,
        payload: T,
    ) -> Result<Handed<T>, Box<(PipelineError, T)>> {
        self.through(handoff, payload, None)
    }

    /// Hands on what an agent has made, as [`pass`](Self::pass) does, and holds it against the runtime's baseline.
    pub(crate) fn pass_output<T: Contract>(
        &self,
        handoff: Handoff,
        payload: T,
    ) -> Result<Handed<T>, Box<(PipelineError, T)>> {
        self.through(handoff, payload, self.settings().watch.as_deref())
    }

    /// Whether what an agent has made would be handed on, with how many tokens; and if not, why.
    ///
    /// # Errors
    ///
    /// As [`hand_off`](Self::hand_off).
    pub(crate) fn would_pass<T: Contract>(
        &self,
        source: &AgentId,
        target: Target,
        max_output_tokens: Option<u32>,
        payload: &T,
    ) -> Result<u32, ErrorKind> {
        self.inspect(source, target, max_output_tokens, Confidence::FULL, payload).map(|(tokens, ..)| tokens)
    }

    fn through<T: Contract>(
        &self,
        handoff: Handoff,
        payload: T,
        watch: Option<&dyn Watch>,
    ) -> Result<Handed<T>, Box<(PipelineError, T)>> {
        let Handoff { source, target, max_output_tokens, confidence, mut warnings } = handoff;
        let (tokens, confidence, contract) =
            match self.inspect(source, target, max_output_tokens, confidence, &payload) {
                Ok(inspected) => inspected,
                Err(kind) => {
                    let receiver =
                        matches!(kind, ErrorKind::OverBudget { limit: BudgetLimit::InputBudget, .. });
                    let at_fault = if receiver { target.id } else { source };
                    return Err(Box::new((self.error(kind, at_fault).after(warnings), payload)));
                }
            };
        if let Some(watch) = watch {
            self.look(watch, source, (&payload, contract), &mut warnings);
        }
        let (budgets, target, trace_id) =
            ((max_output_tokens, target.input_budget), target.id, self.trace_id());
        let head = Head { source, target, trace_id, confidence, warnings, tokens, contract };
        if self.is_watched() {
            self.observe_handoff(&payload, &head, budgets);
        }
        Ok(Handed::new(payload, head))
    }

    /// Puts what was handed over into an envelope, for whoever asks to see it.
    pub(crate) fn envelope<T>(&self, payload: T, head: Head) -> Envelope<T> {
        head.envelope(payload, &self.settings().meter)
    }

    /// Calls the user's own checks, `Serialize`, schema and token counter, whose panics are the
    /// source's: they panic on its payload.
    fn inspect(
        &self,
        source: &AgentId,
        target: Target,
        max_output_tokens: Option<u32>,
        confidence: Confidence,
        payload: &dyn Payload,
    ) -> Result<(u32, Confidence, &'static Emitted), ErrorKind> {
        // One guard for all, and a note of how far it came: a guard costs as much as a small payload's check.
        let step = Cell::new("checked");
        let inspected = guarded(|| {
            let mut violations = Violations::new();
            payload.check(&mut violations);
            if !violations.is_empty() {
                return Err(ErrorKind::Contract(payload.broken(violations)));
            }
            step.set("described");
            let (stated, contract) = payload.described();
            step.set("written as JSON and counted");
            let tokens = self.measure(source, target, max_output_tokens, payload, contract)?;
            Ok((tokens, stated.unwrap_or(confidence), contract))
        });
        inspected.unwrap_or_else(|message| {
            let message = format!("while its output was {}: {message}", step.get());
            Err(ErrorKind::Panicked { message })
        })
    }

    fn measure(
        &self,
        source: &AgentId,
        target: Target,
        max_output_tokens: Option<u32>,
        payload: &dyn Payload,
        emitted: &Emitted,
    ) -> Result<u32, ErrorKind> {
        // In the order in which they are to blame.
        let budgets = [
            (BudgetLimit::MaxOutputTokens, max_output_tokens),
            (BudgetLimit::MaxTokens, payload.max_tokens()),
            (BudgetLimit::InputBudget, target.input_budget),
        ];
        let mut set = budgets.into_iter().filter_map(|(limit, budget)| Some((limit, budget?)));
        let over = |(limit, budget), tokens, exact| ErrorKind::OverBudget {
            tokens,
            budget,
            limit,
            exact,
            encoding: self.settings().meter.encoding(),
            source: self.tell(source).into(),
            target: self.tell(target.id).into(),
        };
        // Counting stops above the first budget: what exceeds it need not be known in full, and
        // what does not is known in full, for the others.
        let first = set.next();
        let written = &mut |json: &mut Writer| payload.write(emitted, json);
        match self.settings().meter.tokens(written, first.map(|(_, budget)| budget)) {
            Ok(tokens) => match set.find(|(_, budget)| tokens > *budget) {
                Some(exceeded) => Err(over(exceeded, tokens, true)),
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
            // It has no JSON, or is nested too deep: nobody could read it.
            Err(error) => {
                let mut violations = Violations::new();
                match error {
                    MeasureError::TooDeep => violations.report_depth(),
                    error => violations.report("type", one_line(&error)),
                }
                Err(ErrorKind::Contract(payload.broken(violations)))
            }
        }
    }

    /// Leaves warnings where an output is no more what it was.
    fn look(
        &self,
        watch: &dyn Watch,
        source: &'static AgentId,
        (payload, contract): (&dyn Payload, &'static Emitted),
        warnings: &mut Warnings,
    ) {
        // Whatever the payload does in here is no reason to fail.
        let found = guarded(|| {
            if !self.is_first_output(source, contract.fingerprint()) {
                return Vec::new();
            }
            let mut json = Writer::new(String::new(), usize::MAX, MOST_LEVELS);
            match payload.write(contract, &mut json) {
                Ok(()) => watch.look(&source.name, contract, json.text()),
                Err(_) => Vec::new(),
            }
        });
        for (kind, message) in found.unwrap_or_default() {
            let warning = Warning::of_kind(kind, self.tell(source), message);
            self.observe_warning(&warning);
            warnings.push(warning);
        }
    }

    /// A payload has been handed on.
    pub(super) fn observe_handoff<T: Contract>(
        &self,
        payload: &T,
        head: &Head,
        (max_output_tokens, input_budget): (Option<u32>, Option<u32>),
    ) {
        // Whatever the payload does in here is no reason to fail, and holds nobody up who has something else to tell.
        let payload = if self.shows_payloads() {
            guarded(|| contract::text(payload).ok()).unwrap_or_default()
        } else {
            None
        };
        let contract = &guarded(T::name).unwrap_or_default();
        let Some((turn, at)) = &self.here() else { return };
        turn.tell(&Event::Handoff {
            at,
            source: &self.tell(head.source),
            target: &self.tell(head.target),
            task: self.task(),
            task_path: self.task_path(),
            contract,
            schema: head.contract.fingerprint(),
            tokens: &TokenCount { count: head.tokens, encoding: self.settings().meter.encoding() },
            max_output_tokens,
            max_tokens: T::MAX_TOKENS,
            input_budget,
            confidence: head.confidence,
            warnings: &head.warnings,
            is_tool_call: self.is_calling(),
            payload: payload.as_deref(),
        });
    }
}

/// What the door asks of a payload. Nothing else at the door is compiled for each type, so that all payloads of a run go
/// through the same code.
trait Payload {
    fn check(&self, violations: &mut Violations);

    /// Writes it, whose contract that is.
    fn write(&self, emitted: &Emitted, json: &mut Writer) -> Result<(), Unwritten>;

    fn max_tokens(&self) -> Option<u32>;

    /// The confidence that it states, and what is known of its contract.
    fn described(&self) -> (Option<Confidence>, &'static Emitted);

    /// The error of a contract that is broken so.
    fn broken(&self, violations: Violations) -> ContractViolation;
}

impl<T: Contract> Payload for T {
    fn check(&self, violations: &mut Violations) {
        Contract::check(self, violations);
    }

    fn write(&self, emitted: &Emitted, json: &mut Writer) -> Result<(), Unwritten> {
        emitted.order.write(self, json)
    }

    fn max_tokens(&self) -> Option<u32> {
        T::MAX_TOKENS
    }

    fn described(&self) -> (Option<Confidence>, &'static Emitted) {
        (Contract::confidence(self), T::emitted())
    }

    fn broken(&self, violations: Violations) -> ContractViolation {
        ContractViolation::of::<T>(violations)
    }
}
