//! The parts of a run that are under way, where somebody watches: each is told of at its start, and once at its end.

use crate::agent::{AgentId, FinishReason, Usage};
use crate::engine::observer::{AttemptOutcome, Event, FanOutKind, PartOutcome};
use crate::engine::place::Place;
use crate::task_path::TaskPath;
use crate::trace::SpanId;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The parts that are under way.
pub(super) struct Parts {
    run: SpanId,
    /// The run has ended: nothing begins any more.
    is_over: bool,
    begun: u64,
    open: BTreeMap<SpanId, Part>,
}

/// A part of a run.
pub(super) struct Part {
    parent: SpanId,
    /// The task that it is, or is in; or the run.
    strand: SpanId,
    /// How many began before it.
    order: u64,
    /// How many that are right below it are open.
    below: usize,
    task_path: Option<TaskPath>,
    what: What,
}

/// What a part is.
#[derive(Debug)]
pub(crate) enum What {
    Pipeline(&'static AgentId),
    FanOut { kind: FanOutKind, agent: &'static AgentId, width: usize, succeeded: usize, failed: usize },
    Task { agent: &'static AgentId, index: usize },
    Attempt { agent: &'static AgentId, number: u32, retry_in: Option<Duration>, said: Said },
    Round { round: u32, converged: bool },
    Fallback(&'static AgentId),
}

/// What an attempt's agent has said of its models.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) usage: Option<Usage>,
    pub(crate) model: Option<String>,
    pub(crate) finish_reason: Option<FinishReason>,
}

/// Parts that end, the latest first.
#[derive(Default)]
pub(super) struct Ending {
    parts: Vec<(SpanId, Part)>,
    /// The one that all others are in, where it is among them.
    outermost: Option<SpanId>,
    /// The task that it is, or is in; or the run.
    strand: Option<SpanId>,
}

impl Parts {
    /// Those of this run, of which none has begun.
    pub(super) fn of(run: SpanId) -> Self {
        Self { run, is_over: false, begun: 0, open: BTreeMap::new() }
    }

    /// Where something happens that is no part of its own; `None` where that has ended.
    pub(super) fn place(&self, span: SpanId, task_path: Option<&TaskPath>) -> Option<Place> {
        if span == self.run {
            return (!self.is_over).then(|| Place::new(span, None, task_path.cloned()));
        }
        let part = self.open.get(&span)?;
        Some(Place::new(span, Some(part.parent), part.task_path.clone()))
    }

    /// A part begins; `None` where what it is in has ended.
    pub(super) fn begin(
        &mut self,
        span: SpanId,
        (parent, strand): (SpanId, SpanId),
        task_path: Option<&TaskPath>,
        what: What,
    ) -> Option<Place> {
        if parent == self.run {
            if self.is_over {
                return None;
            }
        } else {
            self.open.get_mut(&parent)?.below += 1;
        }
        let (task_path, order) = (task_path.cloned(), self.begun);
        self.begun += 1;
        let place = Place::new(span, Some(parent), task_path.clone());
        self.open.insert(span, Part { parent, strand, order, below: 0, task_path, what });
        Some(place)
    }

    /// What the agent of an attempt has said so far. `None` where it has ended, and of what is no attempt.
    pub(super) fn said_in(&mut self, attempt: SpanId) -> Option<&mut Said> {
        match &mut self.open.get_mut(&attempt)?.what {
            What::Attempt { said, .. } => Some(said),
            _ => None,
        }
    }

    /// Whether that is called in place of something that failed.
    pub(super) fn is_fallback(&self, span: SpanId) -> bool {
        matches!(self.open.get(&span), Some(Part { what: What::Fallback(_), .. }))
    }

    /// Says of a round whether it was the last.
    pub(super) fn converged(&mut self, round: SpanId, is_last: bool) {
        if let Some(Part { what: What::Round { converged, .. }, .. }) = self.open.get_mut(&round) {
            *converged = is_last;
        }
    }

    /// Says of an attempt how long it is until the next one.
    pub(super) fn retried(&mut self, attempt: SpanId, after: Option<Duration>) {
        if let Some(Part { what: What::Attempt { retry_in, .. }, .. }) = self.open.get_mut(&attempt) {
            *retry_in = after;
        }
    }

    /// A part ends, and before it what is left of what is in it. Nothing ends where it has ended before.
    pub(super) fn end(&mut self, span: SpanId, outcome: PartOutcome<'_>) -> Ending {
        let Some(part) = self.open.get(&span) else { return Ending::default() };
        let mut ending = if part.below == 0 { Ending::default() } else { self.end_below(span) };
        let Some(part) = self.open.remove(&span) else { return ending };
        if let Some(parent) = self.open.get_mut(&part.parent) {
            parent.below = parent.below.saturating_sub(1);
            if let What::FanOut { succeeded, failed, .. } = &mut parent.what {
                match outcome {
                    PartOutcome::Succeeded | PartOutcome::Recovered => *succeeded += 1,
                    PartOutcome::Failed(_) => *failed += 1,
                    PartOutcome::Stopped => {}
                }
            }
        }
        (ending.outermost, ending.strand) = (Some(span), Some(part.strand));
        ending.parts.push((span, part));
        ending
    }

    /// What is in a part ends.
    pub(super) fn end_below(&mut self, span: SpanId) -> Ending {
        let mut begun: Vec<_> =
            self.open.iter().map(|(span, part)| (part.order, *span, part.parent)).collect();
        begun.sort_unstable();
        // What is in another part has begun after it.
        let mut below = BTreeSet::from([span]);
        let mut spans = Vec::new();
        for (_, part, parent) in begun {
            if below.contains(&parent) {
                below.insert(part);
                spans.push(part);
            }
        }
        if let Some(part) = self.open.get_mut(&span) {
            part.below = 0;
        }
        let strand = self.open.get(&span).map_or(span, |part| part.strand);
        let parts =
            spans.into_iter().rev().filter_map(|span| Some((span, self.open.remove(&span)?))).collect();
        Ending { parts, outermost: None, strand: Some(strand) }
    }

    /// The run ends, and with it all that is left of it.
    pub(super) fn end_all(&mut self) -> Ending {
        self.is_over = true;
        self.end_below(self.run)
    }
}

impl Ending {
    /// What is gone back to, where it is the end of a part.
    pub(super) fn back_to(&self) -> Option<SpanId> {
        self.outermost.and(self.parts.last()).map(|(_, part)| part.parent)
    }

    /// Tells of each end: that of the outermost part, and of what has gone on right in it, is this; the rest was stopped.
    pub(super) fn tell(
        self,
        outcome: PartOutcome<'_>,
        name: impl Fn(&AgentId) -> AgentId,
        tell: impl Fn(&Event<'_>),
    ) {
        for (span, part) in self.parts {
            let outcome = match outcome {
                outcome if self.outermost == Some(span) => outcome,
                // It has gone through all that is around the place where it happened.
                PartOutcome::Failed(_) if self.strand == Some(part.strand) => outcome,
                _ => PartOutcome::Stopped,
            };
            part.tell(span, outcome, &name, &tell);
        }
    }
}

impl Part {
    fn tell(
        self,
        span: SpanId,
        outcome: PartOutcome<'_>,
        name: impl Fn(&AgentId) -> AgentId,
        tell: impl Fn(&Event<'_>),
    ) {
        let Self { parent, task_path, what, .. } = self;
        let at = &Place::new(span, Some(parent), task_path);
        match what {
            What::Pipeline(pipeline) => {
                tell(&Event::PipelineEnded { at, pipeline: &name(pipeline), outcome });
            }
            What::FanOut { kind, agent, width, succeeded, failed } => {
                let stopped = width.saturating_sub(succeeded).saturating_sub(failed);
                tell(&Event::FanOutEnded {
                    at,
                    kind,
                    agent: &name(agent),
                    succeeded,
                    failed,
                    stopped,
                    outcome,
                });
            }
            What::Task { agent, index } => {
                tell(&Event::TaskEnded { at, agent: &name(agent), index, outcome });
            }
            What::Attempt { agent, number: attempt, retry_in, said } => {
                let Said { usage, model, finish_reason } = said;
                let outcome = match outcome {
                    PartOutcome::Succeeded | PartOutcome::Recovered => AttemptOutcome::Succeeded,
                    PartOutcome::Failed(error) => AttemptOutcome::Failed { error: error.kind(), retry_in },
                    PartOutcome::Stopped => AttemptOutcome::Stopped,
                };
                let (agent, model) = (&name(agent), model.as_deref());
                let finish_reason = finish_reason.as_ref();
                tell(&Event::AttemptEnded { at, agent, attempt, usage, model, finish_reason, outcome });
            }
            What::Round { round, converged } => tell(&Event::RoundEnded { at, round, outcome, converged }),
            What::Fallback(agent) => tell(&Event::FallbackEnded { at, agent: &name(agent), outcome }),
        }
    }
}
