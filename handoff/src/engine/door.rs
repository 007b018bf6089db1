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
        match self.inspect(source, target, max_output_tokens, payload) {
            Ok(Inspected { tokens, .. }) => Ok(tokens),
            Err(kind) => Err(*kind),
        }
    }

    fn through<T: Contract>(
        &self,
        handoff: Handoff,
        payload: T,
        watch: Option<&dyn Watch>,
    ) -> Result<Handed<T>, Box<(PipelineError, T)>> {
        let budgets = (handoff.max_output_tokens, handoff.target.input_budget);
        match self.admit(handoff, &payload, watch) {
            Ok(head) => {
                if self.is_watched() {
                    self.observe_handoff(&payload, &head, budgets);
                }
                Ok(Handed::new(payload, head))
            }
            Err(error) => Err(Box::new((error, payload))),
        }
    }

    /// What is known of a payload that may be handed on.
    fn admit(
        &self,
        handoff: Handoff,
        payload: &dyn Payload,
        watch: Option<&dyn Watch>,
    ) -> Result<Head, PipelineError> {
        let Handoff { source, target, max_output_tokens, confidence, mut warnings } = handoff;
        let Inspected { tokens, stated, contract } =
            match self.inspect(source, target, max_output_tokens, payload) {
                Ok(inspected) => inspected,
                Err(kind) => return Err(self.refuse(*kind, source, target).after(warnings)),
            };
        if let Some(watch) = watch {
            self.look(watch, source, (payload, contract), &mut warnings);
        }
        let (target, trace_id, confidence) = (target.id, self.trace_id(), stated.unwrap_or(confidence));
        Ok(Head { source, target, trace_id, confidence, warnings, tokens, contract })
    }

    #[cold]
    fn refuse(&self, kind: ErrorKind, source: &AgentId, target: Target) -> PipelineError {
        let receiver = matches!(kind, ErrorKind::OverBudget { limit: BudgetLimit::InputBudget, .. });
        self.error(kind, if receiver { target.id } else { source })
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
        payload: &dyn Payload,
    ) -> Result<Inspected, Box<ErrorKind>> {
        // One guard for all, and a note of how far it came: a guard costs as much as a small payload's check.
        let step = Cell::new("checked");
        let inspected = guarded(|| {
            let mut violations = Violations::new();
            payload.check(&mut violations);
            if !violations.is_empty() {
                return Err(Box::new(ErrorKind::Contract(payload.broken(violations))));
            }
            step.set("described");
            let (stated, contract) = payload.described();
            step.set("written as JSON and counted");
            let budgets = [max_output_tokens, payload.max_tokens(), target.input_budget];
            // Counting stops above the first budget: what exceeds it need not be known in full, and
            // what does not is known in full, for the others.
            let first = budgets[0].or(budgets[1]).or(budgets[2]);
            let written = &mut |json: &mut Writer| payload.write(contract, json);
            match self.settings().meter.tokens(written, first) {
                Ok(tokens) if budgets.iter().flatten().all(|budget| tokens <= *budget) => {
                    Ok(Inspected { tokens, stated, contract })
                }
                measured => Err(Box::new(self.too_much(source, target, budgets, payload, measured))),
            }
        });
        inspected.unwrap_or_else(|message| {
            let message = format!("while its output was {}: {message}", step.get());
            Err(Box::new(ErrorKind::Panicked { message }))
        })
    }

    /// Why a payload that has been measured is not handed on.
    #[cold]
    fn too_much(
        &self,
        source: &AgentId,
        target: Target,
        budgets: [Option<u32>; 3],
        payload: &dyn Payload,
        measured: Result<u32, MeasureError>,
    ) -> ErrorKind {
        // In the order in which they are to blame.
        let limits = [BudgetLimit::MaxOutputTokens, BudgetLimit::MaxTokens, BudgetLimit::InputBudget];
        let mut set = limits.into_iter().zip(budgets).filter_map(|(limit, budget)| Some((limit, budget?)));
        let over = |(limit, budget), tokens, exact| ErrorKind::OverBudget {
            tokens,
            budget,
            limit,
            exact,
            encoding: self.settings().meter.encoding(),
            source: self.tell(source).into(),
            target: self.tell(target.id).into(),
        };
        match measured {
            Ok(tokens) => {
                let exceeded = set.find(|(_, budget)| tokens > *budget);
                over(exceeded.unwrap_or((BudgetLimit::MaxTokens, tokens)), tokens, true)
            }
            Err(MeasureError::OverBudget { tokens, exact, limit }) => {
                over(set.next().unwrap_or((BudgetLimit::MaxTokens, limit)), tokens, exact)
            }
            Err(MeasureError::TooLarge { max_bytes }) => {
                let allowed = max_bytes as u64;
                let found = allowed.saturating_add(1);
                ErrorKind::LimitExceeded { limit: Limit::PayloadBytes, allowed, found }
            }
            // It has no JSON, or is nested too deep: nobody could read it.
            Err(error) => {
                let mut violations = Violations::new();
                match error {
                    MeasureError::TooDeep => violations.report_depth(),
                    error => violations.report("type", one_line(&error)),
                }
                ErrorKind::Contract(payload.broken(violations))
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

/// What the door has found out about a payload.
struct Inspected {
    tokens: u32,
    /// The confidence that it states.
    stated: Option<Confidence>,
    contract: &'static Emitted,
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
