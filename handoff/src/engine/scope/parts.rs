//! The parts of a run that are under way, where somebody watches: each is told of at its start, and once at its end.

use crate::agent::{AgentId, FinishReason, Usage};
use crate::engine::observer::{AttemptOutcome, Event, FanOutKind, PartOutcome};
use crate::engine::place::Place;
use crate::task_path::TaskPath;
use crate::trace::SpanId;
use std::collections::BTreeMap;
use std::time::Duration;

/// The parts that are under way.
pub(super) struct Parts {
    run: SpanId,
    /// The run has ended: nothing begins any more.
    is_over: bool,
    begun: u64,
    open: BTreeMap<SpanId, Part>,
    /// What is open right below each, in the order in which it began.
    below: BTreeMap<(SpanId, u64), SpanId>,
}

/// A part of a run.
pub(super) struct Part {
    parent: SpanId,
    /// The task that it is, or is in; or the run.
    strand: SpanId,
    /// How many began before it.
    order: u64,
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
        Self { run, is_over: false, begun: 0, open: BTreeMap::new(), below: BTreeMap::new() }
    }

    /// Whether it has begun and not ended.
    pub(super) fn is_open(&self, span: SpanId) -> bool {
        if span == self.run { !self.is_over } else { self.open.contains_key(&span) }
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
        if !self.is_open(parent) {
            return None;
        }
        let (task_path, order) = (task_path.cloned(), self.begun);
        self.begun += 1;
        let place = Place::new(span, Some(parent), task_path.clone());
        self.below.insert((parent, order), span);
        self.open.insert(span, Part { parent, strand, order, task_path, what });
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
        if !self.open.contains_key(&span) {
            return Ending::default();
        }
        let mut ending = self.end_below(span);
        let Some(part) = self.remove(span) else { return ending };
        if let Some(Part { what: What::FanOut { succeeded, failed, .. }, .. }) =
            self.open.get_mut(&part.parent)
        {
            match outcome {
                PartOutcome::Succeeded | PartOutcome::Recovered => *succeeded += 1,
                PartOutcome::Failed(_) => *failed += 1,
                PartOutcome::Stopped => {}
            }
        }
        (ending.outermost, ending.strand) = (Some(span), Some(part.strand));
        ending.parts.push((span, part));
        ending
    }

    /// What is in a part ends.
    pub(super) fn end_below(&mut self, span: SpanId) -> Ending {
        let mut below: Vec<_> = self.right_below(span).collect();
        let mut looked_at = 0;
        while let Some((_, part)) = below.get(looked_at) {
            below.extend(self.right_below(*part));
            looked_at += 1;
        }
        // What is in another part has begun after it.
        below.sort_unstable_by(|one, other| other.cmp(one));
        let strand = self.open.get(&span).map_or(span, |part| part.strand);
        let parts = below.into_iter().filter_map(|(_, span)| Some((span, self.remove(span)?))).collect();
        Ending { parts, outermost: None, strand: Some(strand) }
    }

    /// What is open right below a part, after how many began before it.
    fn right_below(&self, span: SpanId) -> impl Iterator<Item = (u64, SpanId)> + use<'_> {
        let below = self.below.range((span, 0)..=(span, u64::MAX));
        below.map(|((_, order), part)| (*order, *part))
    }

    fn remove(&mut self, span: SpanId) -> Option<Part> {
        let part = self.open.remove(&span)?;
        self.below.remove(&(part.parent, part.order));
        Some(part)
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
                if let AttemptOutcome::Failed { error, retry_in } = outcome {
                    let task_path = at.task_path.as_ref();
                    let task = task_path.map(TaskPath::index);
                    tell(&Event::AttemptFailed { at, agent, task, task_path, attempt, error, retry_in });
                }
                tell(&Event::AttemptEnded { at, agent, attempt, usage, model, finish_reason, outcome });
            }
            What::Round { round, converged } => tell(&Event::RoundEnded { at, round, outcome, converged }),
            What::Fallback(agent) => tell(&Event::FallbackEnded { at, agent: &name(agent), outcome }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;
    use fastrand::Rng;

    const AGENT: &AgentId = &AgentId::new("work", Role::Worker);

    #[test]
    fn what_is_in_a_part_ends_with_it_the_latest_first_and_nothing_else() {
        let run = SpanId::of_bits(1);
        for seed in 0..200 {
            let (mut random, mut parts) = (Rng::with_seed(seed), Parts::of(run));
            // With what each is in, in the order in which they began.
            let mut open: Vec<(SpanId, SpanId)> = Vec::new();
            for _ in 0..60 {
                if open.is_empty() || random.u8(0..4) > 0 {
                    // Their order is none of how they began.
                    let span = SpanId::of_bits(random.u64(2..));
                    let parent = open.get(random.usize(0..=open.len())).map_or(run, |(span, _)| *span);
                    parts
                        .begin(span, (parent, run), None, What::Fallback(AGENT))
                        .expect("its parent is open");
                    open.push((span, parent));
                    continue;
                }
                let (ends, _) = open[random.usize(0..open.len())];
                let mut expected = vec![ends];
                for (span, parent) in &open {
                    if expected.contains(parent) {
                        expected.push(*span);
                    }
                }
                open.retain(|(span, _)| !expected.contains(span));
                expected[1..].reverse();
                expected.rotate_left(1);
                let ended = parts.end(ends, PartOutcome::Stopped).parts;
                assert_eq!(ended.iter().map(|(span, _)| *span).collect::<Vec<_>>(), expected, "seed {seed}");
            }
            let left: Vec<_> = parts.end_all().parts.iter().map(|(span, _)| *span).collect();
            assert_eq!(left, open.iter().rev().map(|(span, _)| *span).collect::<Vec<_>>(), "seed {seed}");
            assert!(parts.below.is_empty() && parts.open.is_empty());
        }
    }
}
