//! Barriers: when the tasks of a fan-out have done enough, and what then becomes of them.
//!
//! A barrier knows nothing of how tasks run. An engine tells it how each task ended, asks it
//! whether to go on, and hands over what it makes of the outcomes.
//!
//! What every barrier keeps to:
//!
//! - **Order**: results and failures stand in the order of the items, whoever was first.
//! - **First failure**: under [`Rule::All`] the earliest failure that is seen fails the barrier, the
//!   lowest index where several are seen at once. Under the others a failure counts as one, and
//!   the barrier fails as soon as too many have failed for enough to succeed.
//! - **The rest**: once the barrier has failed, tasks that run are stopped and waited for, for one
//!   second at most; tasks that wait are never started. They are neither results nor failures.
//! - **Finished results** are kept on the error:
//!   [`PipelineError::finished`](crate::PipelineError::finished).
//! - **Drop**: dropping the run stops all tasks and loses what they had finished.
//! - **Limit**: no more tasks run at once than
//!   [`Limits::tasks_in_flight`](crate::Limits::tasks_in_flight) allows; the rest waits.

mod partial;

pub use partial::{Partial, TaskFailure};

use crate::agent::AgentId;
use crate::contract::{Confidence, Contract};
use crate::envelope::{Envelope, TraceId, Warning};
use crate::error::{ErrorKind, PipelineError};

/// When a fan-out has succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// `barrier(all)`: every task succeeds.
    All,
    /// `barrier(at_least = 4)`: all tasks settle, and so many succeed.
    AtLeast(usize),
    /// `barrier(at_least = 80%)`: all tasks settle, and this share of them succeeds, in per cent;
    /// rounded up to whole tasks.
    AtLeastPercent(u8),
    /// `barrier(settled)`: all tasks settle, whatever becomes of them.
    Settled,
}

impl Rule {
    /// How many of `total` tasks have to succeed.
    #[must_use]
    pub const fn needed(self, total: usize) -> usize {
        match self {
            Self::All => total,
            Self::AtLeast(count) => count,
            // Exact in 128 bits, for every width there can be.
            #[allow(clippy::cast_possible_truncation)] // at most `total`, for at most 100 %
            Self::AtLeastPercent(percent) => (total as u128 * percent as u128).div_ceil(100) as usize,
            Self::Settled => 0,
        }
    }
}

/// Whether the tasks of a fan-out have more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on: start what waits, await what runs.
    Open,
    /// The outcome is known: start nothing more, stop what runs.
    Closed,
}

/// A barrier in use: what has become of each task so far.
#[derive(Debug)]
pub struct Barrier<T> {
    rule: Rule,
    results: Vec<Option<T>>,
    succeeded: usize,
    warnings: Vec<Warning>,
    failures: Vec<(usize, PipelineError)>,
    /// Whether it waits for the branches of a join, which no error gives a number.
    of_a_join: bool,
    /// The task whose failure made the rule impossible to keep.
    decisive: Option<usize>,
}

impl<T: Contract> Barrier<T> {
    /// A barrier before `total` tasks.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Barrier`] where more tasks have to succeed than there are: before anything
    /// is started.
    pub fn new(rule: Rule, total: usize) -> Result<Self, ErrorKind> {
        let needed = rule.needed(total);
        if needed > total {
            return Err(ErrorKind::Barrier { succeeded: 0, needed, total, failures: Vec::new() });
        }
        let results = std::iter::repeat_with(|| None).take(total).collect();
        let (warnings, failures) = (Vec::new(), Vec::new());
        Ok(Self { rule, results, succeeded: 0, warnings, failures, of_a_join: false, decisive: None })
    }

    /// The same before the branches of a join.
    pub(crate) fn of_a_join(mut self) -> Self {
        self.of_a_join = true;
        self
    }

    /// Notes how a task ended, also after the barrier has closed. A task ends once; one that was
    /// stopped before it ended is not noted.
    ///
    /// # Panics
    ///
    /// If there is no such task.
    pub fn settle(&mut self, task: usize, outcome: Result<Envelope<T>, PipelineError>) {
        match outcome {
            Ok(envelope) => {
                let (payload, rest) = envelope.split();
                let of_a_join = self.of_a_join;
                self.warnings.extend(rest.warnings.into_iter().map(|mut warning| {
                    if !of_a_join {
                        warning.task.get_or_insert(task);
                    }
                    warning
                }));
                self.results[task] = Some(payload);
                self.succeeded += 1;
            }
            Err(error) => {
                let mut error = if self.of_a_join { error } else { error.in_task(task) };
                self.warnings.append(&mut error.take_warnings());
                self.failures.push((task, error));
            }
        }
    }

    /// Whether to go on. Failures that were noted since the last call count as seen at once: of
    /// those, the one with the lowest index decides.
    pub fn verdict(&mut self) -> Verdict {
        let total = self.results.len();
        if self.decisive.is_none() && total - self.failures.len() < self.rule.needed(total) {
            self.decisive = self.failures.iter().map(|(task, _)| *task).min();
        }
        let settled = self.succeeded + self.failures.len() == total;
        if self.decisive.is_some() || settled { Verdict::Closed } else { Verdict::Open }
    }

    /// Adds something that was noticed beside the tasks.
    pub fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

/// What a barrier makes of the outcomes: `Vec<T>` where all tasks have to succeed, `Partial<T>`
/// where failures are tolerated.
pub trait Gathers<T>: Contract {
    /// Closes the barrier: the payload with every result in the order of the items, the mean
    /// confidence (`None` where there was no task), and what was noticed.
    ///
    /// # Errors
    ///
    /// The decisive failure, or [`ErrorKind::Barrier`], with what had finished.
    fn close(
        barrier: Barrier<T>,
        agent: &AgentId,
        trace_id: TraceId,
    ) -> Result<(Self, Option<Confidence>, Vec<Warning>), PipelineError>;
}

impl<T: Contract> Gathers<T> for Vec<T> {
    fn close(
        barrier: Barrier<T>,
        agent: &AgentId,
        trace_id: TraceId,
    ) -> Result<(Self, Option<Confidence>, Vec<Warning>), PipelineError> {
        let confidence = barrier.confidence();
        let mut closed = barrier.sort();
        if let Some(error) = closed.take_decisive() {
            return Err(closed.fail(error));
        }
        let closed = closed.whole(agent, trace_id)?;
        Ok((closed.partial.into_results(), confidence, closed.warnings))
    }
}

impl<T: Contract> Gathers<T> for Partial<T> {
    fn close(
        barrier: Barrier<T>,
        agent: &AgentId,
        trace_id: TraceId,
    ) -> Result<(Self, Option<Confidence>, Vec<Warning>), PipelineError> {
        let (rule, confidence) = (barrier.rule, barrier.confidence());
        let closed = barrier.sort();
        let (succeeded, total) = (closed.partial.results().len(), closed.partial.total());
        if closed.decisive.is_some() {
            let failures = closed.partial.failures().map(ToString::to_string).collect();
            let kind = ErrorKind::Barrier { succeeded, needed: rule.needed(total), total, failures };
            return Err(closed.fail(PipelineError::new(kind, agent.clone(), trace_id)));
        }
        let mut closed = closed.whole(agent, trace_id)?;
        let failed = total - succeeded;
        if let Some(first) = closed.partial.failures().next() {
            let more = if failed > 1 { format!(", and {} more", failed - 1) } else { String::new() };
            let message = format!("{failed}/{total} tasks failed: {first}{more}");
            closed.warnings.push(Warning::new(agent.clone(), message));
        }
        Ok((closed.partial, confidence, closed.warnings))
    }
}

/// The outcomes of a barrier in the order of the items.
struct Sorted<T> {
    partial: Partial<T>,
    warnings: Vec<Warning>,
    failures: Vec<(usize, PipelineError)>,
    decisive: Option<usize>,
}

impl<T: Contract> Barrier<T> {
    /// The mean over the tasks that ended, a failed one counting 0. Summed in the order of the
    /// items, so that it does not depend on who was first.
    #[allow(clippy::cast_precision_loss)] // a width beyond 2^52 does not fit into memory
    fn confidence(&self) -> Option<Confidence> {
        let ended = self.succeeded + self.failures.len();
        let results = self.results.iter().flatten();
        let sum: f64 = results.map(|result| result.confidence().map_or(1.0, Confidence::get)).sum();
        // A mean of confidences is one; rounding is kept inside the bounds.
        (ended > 0).then(|| Confidence::new(sum / ended as f64).unwrap_or(Confidence::FULL))
    }

    fn sort(mut self) -> Sorted<T> {
        // An engine that stopped without asking has not heard the verdict yet.
        self.verdict();
        let Self { results, mut warnings, mut failures, decisive, .. } = self;
        let total = results.len();
        failures.sort_by_key(|(task, _)| *task);
        warnings.sort_by_key(|warning| warning.task);
        let failed = failures.iter().map(|(task, error)| TaskFailure::new(*task, error)).collect();
        let partial = Partial::new(results.into_iter().flatten().collect(), failed, total);
        Sorted { partial, warnings, failures, decisive }
    }
}

impl<T: Contract> Sorted<T> {
    fn take_decisive(&mut self) -> Option<PipelineError> {
        let decisive = self.decisive?;
        let at = self.failures.iter().position(|(task, _)| *task == decisive)?;
        Some(self.failures.swap_remove(at).1)
    }

    /// Every task has settled. Otherwise the engine went away under them, and what they would have
    /// come to is unknown, which no rule takes for an answer.
    fn whole(self, agent: &AgentId, trace_id: TraceId) -> Result<Self, PipelineError> {
        if self.partial.results().len() + self.partial.failures().len() == self.partial.total() {
            return Ok(self);
        }
        Err(self.fail(PipelineError::new(ErrorKind::Cancelled, agent.clone(), trace_id)))
    }

    /// The error of a barrier that was not passed keeps what had finished and was noticed.
    fn fail(self, error: PipelineError) -> PipelineError {
        error.after(self.warnings).with_finished(self.partial)
    }
}
