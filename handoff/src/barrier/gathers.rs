//! What becomes of the outcomes.

use super::state::{Barrier, Keep, Outcome};
use super::warnings::together;
use super::{Partial, TaskFailure};
use crate::agent::AgentId;
use crate::contract::{Confidence, Contract};
use crate::envelope::{Handed, Warning};
use crate::error::{CancelledBy, ErrorKind, Many, Of, PipelineError, Record};
use crate::task_path::TaskPath;
use crate::trace::TraceId;

/// What a barrier yields: `Vec<T>` if all tasks must succeed, `Partial<T>` if failures are tolerated.
///
/// It asks nothing of `T` but where it does something: a `T` that is no contract is an error where an agent has it, and not
/// once more in each pipeline.
pub trait Gathers<T>: Sized {
    /// Closes the barrier, and returns the results in the order of the items.
    ///
    /// The payload holds every result; with it come the mean confidence (`None` if there was no task) and the
    /// warnings. What the barrier itself notices is passed to `notice`.
    ///
    /// # Errors
    ///
    /// The decisive failure, or [`ErrorKind::Barrier`], with the results that had finished.
    fn close(
        barrier: Barrier<T>,
        notice: impl FnOnce(&Warning),
    ) -> Result<(Self, Option<Confidence>, Vec<Warning>), PipelineError>
    where
        T: Contract;

    /// Converts it into a [`Partial`], as errors keep it.
    fn into_partial(self) -> Partial<T>;
}

// Sorted outside of what is generic, which is compiled once for each output of the user's.

fn into_order(failures: &mut [TaskFailure]) {
    failures.sort_by_cached_key(|failure| failure.task);
}

/// The first failures, in the order of the tasks, as an error shows them.
fn first_of(mut failures: Vec<&TaskFailure>) -> Vec<String> {
    failures.sort_by_cached_key(|failure| failure.task);
    failures.into_iter().take(MOST_FAILURES).map(ToString::to_string).collect()
}

impl<T> Gathers<T> for Vec<T> {
    fn close(
        mut barrier: Barrier<T>,
        _: impl FnOnce(&Warning),
    ) -> Result<(Self, Option<Confidence>, Vec<Warning>), PipelineError>
    where
        T: Contract,
    {
        let mut closed = Settlement::of(&mut barrier);
        if let Some(error) = closed.decisive.take() {
            return Err(closed.fail(error));
        }
        let closed = closed.whole()?;
        Ok((closed.partial.into_results(), closed.confidence, closed.warnings))
    }

    fn into_partial(self) -> Partial<T> {
        Partial::whole(self)
    }
}

impl<T> Gathers<T> for Partial<T> {
    fn close(
        mut barrier: Barrier<T>,
        notice: impl FnOnce(&Warning),
    ) -> Result<(Self, Option<Confidence>, Vec<Warning>), PipelineError>
    where
        T: Contract,
    {
        let needed = barrier.policy.needed(barrier.tasks.len());
        let mut closed = Settlement::of(&mut barrier);
        let total = closed.partial.total();
        if barrier.decisive.is_some() {
            if let Some(mut error) = closed.decisive.take() {
                closed.kept.append(&mut error.take_kept());
            }
            // Under each of these policies what was recovered is no success.
            let recovered = closed.partial.recovered();
            let succeeded = closed.partial.results().len() - recovered.len();
            let failures: Vec<_> = closed.partial.failures().chain(recovered).collect();
            let failed = failures.len();
            let failures = first_of(failures);
            let kind = ErrorKind::Barrier { succeeded, needed, total, failed, failures };
            let error = PipelineError::new(kind, closed.agent.clone(), closed.trace_id);
            return Err(closed.fail(error));
        }
        if !barrier.passed {
            closed = closed.whole()?;
        }
        let failed = closed.partial.failures().len();
        if let Some(first) = closed.partial.failures().next() {
            let more = if failed > 1 { format!(", and {} more", failed - 1) } else { String::new() };
            let message = format!("{failed}/{total} tasks failed: {first}{more}");
            let warning = Warning::new(closed.agent.clone(), message);
            notice(&warning);
            closed.warnings.push(warning);
        }
        Ok((closed.partial, closed.confidence, closed.warnings))
    }

    fn into_partial(self) -> Partial<T> {
        self
    }
}

impl<T: Contract> Barrier<T> {
    /// Closes the barrier of a race: the output of the branch that succeeded first, as it was handed on, with what was
    /// noticed in all of them. Why others had failed by then is a warning of each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Race`], where all of them have failed.
    pub(crate) fn close_race(mut self, notice: impl Fn(&Warning)) -> Result<Handed<T>, PipelineError> {
        let mut failed = Vec::new();
        for task in &self.tasks {
            if let Outcome::Failed(error) = task {
                failed.push((error.agent_id().clone(), error.message()));
            }
        }
        let mut closed = Settlement::of(&mut self);
        if let Some(mut error) = closed.decisive.take() {
            closed.kept.append(&mut error.take_kept());
            let failures =
                failed.into_iter().map(|(agent, message)| format!("agent `{agent}`: {message}")).collect();
            let error =
                PipelineError::new(ErrorKind::Race { failures }, closed.agent.clone(), closed.trace_id);
            return Err(closed.fail(error));
        }
        let head = closed.partial.places().next().and_then(|winner| {
            let place = self.heads.iter().position(|(task, _)| *task == winner)?;
            Some(self.heads.swap_remove(place).1)
        });
        let Some(mut head) = head.filter(|_| self.passed) else { return Err(closed.gone()) };
        head.warnings.extend(closed.warnings.drain(..));
        head.warnings.extend(failed.into_iter().map(|(agent, message)| {
            let message = format!("failed, and another branch of the race succeeded: {message}");
            let warning = Warning::new(agent, message);
            notice(&warning);
            warning
        }));
        match closed.partial.take_first() {
            Some(payload) => Ok(Handed::new(payload, head)),
            None => Err(closed.gone()),
        }
    }
}

/// Failures that an error lists: as many as somebody might read.
const MOST_FAILURES: usize = 32;

/// The outcomes of a barrier in the order of the items.
pub(super) struct Settlement<T> {
    agent: &'static AgentId,
    trace_id: TraceId,
    confidence: Option<Confidence>,
    partial: Partial<T>,
    warnings: Vec<Warning>,
    /// The failure that made the policy impossible to keep.
    decisive: Option<PipelineError>,
    of_branches: Option<Keep<T>>,
    within: Option<TaskPath>,
    /// What tasks that failed, or were stopped, had come to on their way.
    kept: Vec<Record>,
}

impl<T: Contract> Settlement<T> {
    /// Takes them out of a barrier.
    pub(super) fn of(barrier: &mut Barrier<T>) -> Self {
        // An engine that stopped without asking has not heard how it stands.
        barrier.status();
        let confidence = barrier.confidence();
        let tasks = std::mem::take(&mut barrier.tasks);
        let (mut results, mut failures, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        let mut decisive = None;
        let mut kept = std::mem::take(&mut barrier.kept);
        let mut recovered = std::mem::take(&mut barrier.recovered);
        into_order(&mut recovered);
        for (index, task) in tasks.into_iter().enumerate() {
            match task {
                Outcome::Unsettled => missing.push(index),
                Outcome::Succeeded(payload) => results.push(payload),
                Outcome::Failed(mut error) => {
                    let (within, label) = (barrier.within.clone(), barrier.labels.get(index));
                    failures.push(TaskFailure::new(index, within, label, &error));
                    if barrier.decisive == Some(index) {
                        decisive = Some(error);
                    } else {
                        kept.append(&mut error.take_kept());
                    }
                }
            }
        }
        let mut warnings = together(barrier.agent, std::mem::take(&mut barrier.warnings));
        warnings.append(&mut barrier.asides);
        Self {
            agent: barrier.agent,
            trace_id: barrier.trace_id,
            confidence,
            partial: Partial::gathered(results, failures, missing)
                .with(recovered, std::mem::take(&mut barrier.labels)),
            warnings,
            decisive,
            of_branches: barrier.of_branches,
            within: barrier.within.take(),
            kept,
        }
    }

    /// Every task has settled. Otherwise the engine went away under them, and what they would have
    /// come to is unknown, which no policy takes for an answer.
    fn whole(self) -> Result<Self, PipelineError> {
        if self.partial.results().len() + self.partial.failures().len() == self.partial.total() {
            return Ok(self);
        }
        Err(self.gone())
    }

    /// The error where the engine went away.
    fn gone(self) -> PipelineError {
        let error = PipelineError::new(
            ErrorKind::Cancelled { by: CancelledBy::Tokio },
            self.agent.clone(),
            self.trace_id,
        );
        self.fail(error)
    }

    /// The error of a barrier that was not passed keeps what had finished and was noticed.
    fn fail(self, error: PipelineError) -> PipelineError {
        let warnings = self.warnings.clone();
        error.after(warnings).keep_before(self.left(Of::Failed))
    }

    /// What had finished and was noticed.
    pub(super) fn left(self, of: Of) -> Vec<Record> {
        let Self { agent, trace_id, confidence, partial, warnings, of_branches, within, mut kept, .. } = self;
        let payloads = match of_branches {
            Some(keep) => keep(partial),
            None => vec![Many::of_a_fan_out(partial)],
        };
        let confidence = confidence.unwrap_or(Confidence::ZERO);
        let mut warnings = Some(warnings);
        kept.extend(payloads.into_iter().map(|payload| {
            // What was noticed stands once for all of them.
            let warnings = warnings.take().unwrap_or_default();
            Record::finished(agent, trace_id, within.clone(), confidence, warnings.into(), of, payload)
        }));
        kept
    }
}
