//! The items of a fan-out that wait for their turn, and what happens to one whose turn has come.

use super::door::Handoff;
use super::observer::PartOutcome;
use super::{Drive, Engine};
use crate::agent::{AgentId, AgentSpec, Target};
use crate::barrier::{Ended, Labels, TaskFailure};
use crate::contract::Confidence;
use crate::envelope::{Handed, Head, Warning, Warnings};
use crate::error::{ErrorKind, PipelineError};
use crate::panics::{caught_or, guarded};
use crate::task_path::TaskPath;
use crate::text::one_line;
use crate::trace::SpanId;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

/// What `recover` is: the output in place of one that a failed task does not have.
pub(crate) type Recover<A> = fn(&<A as AgentSpec>::Input, &TaskFailure) -> <A as AgentSpec>::Output;

/// What a task hands on, and why it failed if that is what stands in.
type StoodIn<A> = (Handed<<A as AgentSpec>::Output>, Option<Box<TaskFailure>>);

/// The items of a fan-out in their order.
///
/// Each item is checked, counted and wrapped when its turn comes, so a waiting item takes no more room than
/// itself.
pub struct Tasks<A: AgentSpec> {
    items: std::iter::Enumerate<std::vec::IntoIter<A::Input>>,
    concurrency: usize,
    shared: Arc<Shared<A>>,
}

/// What is the same for all tasks of a fan-out.
struct Shared<A: AgentSpec> {
    source: &'static AgentId,
    confidence: Confidence,
    /// Who is handed what the barrier makes of the outputs.
    to: Target,
    /// The fan-out.
    span: SpanId,
    labels: Labels,
    recover: Option<Recover<A>>,
}

/// A task of a fan-out whose turn has come.
pub struct Task<A: AgentSpec> {
    index: usize,
    item: A::Input,
    shared: Arc<Shared<A>>,
}

impl<A: AgentSpec> Tasks<A> {
    pub(crate) fn new(items: Vec<A::Input>, from: &Head, to: Target, span: SpanId) -> Self {
        let Head { source, confidence, .. } = *from;
        let to = to.at_the_end();
        let shared = Shared { source, confidence, to, span, labels: Labels::default(), recover: None };
        Self { items: items.into_iter().enumerate(), concurrency: usize::MAX, shared: Arc::new(shared) }
    }

    /// The same, at most so many under way at once.
    pub(crate) fn concurrency(mut self, most: Option<usize>) -> Self {
        self.concurrency = most.unwrap_or(usize::MAX).max(1);
        self
    }

    /// The same, with names, and with something to do about failures.
    pub(crate) fn with(mut self, labels: Labels, recover: Option<Recover<A>>) -> Self {
        // Nobody else has it yet.
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            (shared.labels, shared.recover) = (labels, recover);
        }
        self
    }

    /// Returns `true` if all items have been taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.len() == 0
    }

    /// Returns the most tasks of this fan-out that may be under way at once; at least 1.
    ///
    /// The engine's own limit is not considered.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        self.concurrency
    }
}

impl<A: AgentSpec> Iterator for Tasks<A> {
    type Item = Task<A>;

    /// Takes the next item, in the order of the items.
    fn next(&mut self) -> Option<Task<A>> {
        let (index, item) = self.items.next()?;
        Some(Task { index, item, shared: Arc::clone(&self.shared) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<A: AgentSpec> Task<A> {
    /// Returns the task's index in the fan-out, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Runs it on the engine that is its own: takes the item through the door to the agent, drives
    /// that, and makes something of a failure where the fan-out says how. Every engine runs its
    /// tasks so. No panic leaves it.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops the task, which is then neither failed nor recovered.
    // Not an `async fn`, which would keep the item twice.
    /// Runs the task on an engine of its own. Every engine must run its tasks with this.
    ///
    /// It hands the item to the agent, drives the agent, and calls the fan-out's `recover` after a failure.
    /// Panics are caught.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops the task, which is then neither failed nor recovered.
    pub fn run<E: Engine>(self, engine: &E) -> impl Future<Output = Ended<A::Output>> + Send
    where
        A: Drive<E>,
    {
        let Self { index: task, item, shared } = self;
        async move {
            let under_way =
                engine.scope().begin_task(shared.span, A::part(task), task, shared.labels.get(task));
            // The branches of a join have none, though the join may be in one.
            let path = engine.scope().task_path().filter(|_| !A::IS_BRANCH);
            let in_task = |error: PipelineError| match path {
                Some(path) => error.in_task(path, shared.labels.get(task)),
                None => error,
            };
            let panicked = |message| in_task(engine.scope().error(ErrorKind::Panicked { message }, A::ID));
            let mut kept = None;
            let drive = async {
                // Boxed: hardly any fan-out has it, and every task under way has room for it.
                kept = shared.recover.map(|recover| (recover, Box::new(item.clone())));
                let item = shared.hand_off(engine, item).map_err(in_task)?;
                A::drive(engine, item, shared.to).await.map_err(in_task)
            };
            // Agents guard themselves; this is for the rest of the user's code.
            let driven = caught_or(drive, panicked).await;
            // And the others for what `recover` is given.
            let outcome = match (driven, kept) {
                (Err(error), Some((recover, item))) if !error.kind().ends_the_run() => {
                    let shared = &shared;
                    let made = guarded(move || shared.stand_in(engine, recover, (task, &item), error));
                    made.map_or_else(|message| Err(panicked(message)), |made| made.map_err(in_task))
                }
                (driven, kept) => {
                    let _ = guarded(|| drop(kept));
                    driven.map(|output| (output, None))
                }
            };
            match outcome {
                Ok((output, recovered)) => {
                    engine.keeper().clear();
                    under_way.end(if recovered.is_some() {
                        PartOutcome::Recovered
                    } else {
                        PartOutcome::Succeeded
                    });
                    Ended { task, outcome: Ok(output), recovered }
                }
                Err(error) => {
                    under_way.end(PartOutcome::of(Some(&error)));
                    let outcome = Err(error.keep_before(engine.keeper().take()));
                    Ended { task, outcome, recovered: None }
                }
            }
        }
    }
}

impl<A: AgentSpec> Shared<A> {
    fn hand_off<E: Engine>(&self, engine: &E, item: A::Input) -> Result<Handed<A::Input>, PipelineError>
    where
        A: Drive<E>,
    {
        let handoff = Handoff {
            source: self.source,
            target: Target::of::<A>(),
            max_output_tokens: None,
            confidence: self.confidence,
            // They go round the fan-out, not a thousand times through it.
            warnings: Warnings::default(),
        };
        A::receive(engine.scope(), handoff, item)
    }

    /// The output in place of one that a failed task does not have goes through the door like any.
    fn stand_in<E: Engine>(
        &self,
        engine: &E,
        recover: Recover<A>,
        (task, item): (usize, &A::Input),
        mut error: PipelineError,
    ) -> Result<StoodIn<A>, PipelineError>
    where
        A: Drive<E>,
    {
        let scope = engine.scope();
        scope.fail_parts(&error);
        let within = scope.task_path().and_then(TaskPath::within);
        let failure = TaskFailure::new(task, within, self.labels.get(task), &error);
        let mut warnings = error.take_warnings();
        match guarded(|| recover(item, &failure)) {
            Ok(output) => {
                let message = format!("failed, and `recover` stood in: {}", failure.message);
                let warning = Warning::new(error.agent_id().clone(), message);
                scope.observe_warning(&warning);
                warnings.push(warning);
                let handoff = Handoff {
                    source: A::ID,
                    target: self.to,
                    max_output_tokens: None,
                    confidence: Confidence::ZERO,
                    warnings,
                };
                Ok((A::stand_in(scope, handoff, output)?, Some(Box::new(failure))))
            }
            Err(message) => {
                let message = one_line(&format_args!("in `recover`: {message}, after: {}", failure.message));
                let kind = ErrorKind::Panicked { message };
                Err(scope.error(kind, A::ID).after(warnings))
            }
        }
    }
}

impl<A: AgentSpec> fmt::Debug for Tasks<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("waiting", &self.items.len()).finish_non_exhaustive()
    }
}

impl<A: AgentSpec> fmt::Debug for Task<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("index", &self.index).finish_non_exhaustive()
    }
}
