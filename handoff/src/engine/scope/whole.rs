//! What is told of the run as a whole.

use super::Scope;
use super::parts::Parts;
use super::telling::Turn;
use crate::describe::Description;
use crate::engine::observer::{Event, Outcome, PartOutcome};
use crate::engine::trace::Span;
use std::time::Duration;

impl Scope {
    /// The run begins, or is gone on with where so much is kept. The span that it is shown as.
    pub(in crate::engine) fn observe_start(
        &self,
        pipeline: &'static str,
        describe: fn() -> Description,
        resumed: Option<u64>,
    ) -> Span {
        let Some((turn, at)) = &self.here() else { return Span::none() };
        let parent = self.parent();
        turn.tell(&match resumed {
            None => Event::RunStarted { at, pipeline, parent, describe },
            Some(entries) => Event::RunResumed { at, pipeline, parent, describe, entries },
        });
        self.span(at.span)
    }

    /// The run ends, and before it all that is left of it: nothing is told after that.
    pub(in crate::engine) fn observe_end(
        &self,
        pipeline: &'static str,
        elapsed: Duration,
        outcome: Outcome<'_>,
    ) {
        let (run, usage) = (self.strand.span(), self.usage());
        let end = |parts: &mut Parts| Some((parts.place(run, None)?, parts.end_all()));
        if let Outcome::Dropped = outcome {
            // It may be an observer that drops it.
            self.tell_or_leave(run, |parts| {
                let (at, left) = end(parts)?;
                Some(move |turn: &Turn<'_>| {
                    turn.tell_ends(left, PartOutcome::Stopped);
                    let outcome = Outcome::Dropped;
                    turn.tell(&Event::RunEnded { at: &at, pipeline, outcome, elapsed, usage });
                })
            });
        } else if let Some((turn, (at, left))) = self.turn(run, end) {
            turn.tell_ends(left, PartOutcome::Stopped);
            turn.tell(&Event::RunEnded { at: &at, pipeline, outcome, elapsed, usage });
        }
    }
}
