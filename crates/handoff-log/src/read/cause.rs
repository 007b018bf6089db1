//! Where a failed run failed.

use handoff::TaskPath;

use super::tree::{LoggedRun, Span};
use crate::line::{End, Why};

/// The place where a failed run failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The span of this index.
    Span(usize),
    /// The gate of this index.
    Gate(usize),
}

impl LoggedRun {
    /// Returns the place where a failed run failed.
    ///
    /// It is the innermost span that failed for the same reason as the run, or the gate that stopped it. It
    /// is `None` if the run failed as a whole, as by its deadline, even if something else in it failed, too.
    ///
    /// ```
    /// use handoff_log::{Cause, RunLog};
    ///
    /// let lines = concat!(
    ///     r#"{"e":"run","v":1,"t":0,"span":"00000000000000a0","trace":"0af7651916cd43dd8448eb211c80319c","pipeline":"study"}"#, "\n",
    ///     r#"{"e":"gate","t":9,"span":"00000000000000a0","agent":"plan","conf":0.3,"min":0.5,"end":"failed"}"#, "\n",
    ///     r#"{"e":"/run","t":9,"span":"00000000000000a0","end":"failed","ms":0,"usage":[0,0],"by":"plan","why":{"kind":"low_confidence"}}"#, "\n",
    /// );
    /// let run = &RunLog::read(lines.as_bytes())?.runs[0];
    /// let Some(Cause::Gate(gate)) = run.cause() else { panic!("{:?}", run.cause()) };
    /// assert_eq!(run.gates[gate].confidence, 0.3);
    /// # Ok::<_, handoff_log::ReadError>(())
    /// ```
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        let end = self.end.as_ref().filter(|end| end.end == End::Failed)?;
        let (mut at, mut why) = (Self::ROOT, end.why.as_ref());
        // From the run inwards, as the error came out.
        while let Some((child, span)) = self
            .children(at)
            .filter(|(_, span)| self.is_on_the_way(span, why))
            .max_by_key(|(index, span)| (span.end, *index))
        {
            (at, why) = (child, span.why.as_deref());
        }
        if why.is_some_and(|why| why.kind == "low_confidence")
            && let Some(gate) = self.gates.iter().rposition(|gate| gate.span == at && !gate.passed)
        {
            return Some(Cause::Gate(gate));
        }
        (at != Self::ROOT).then_some(Cause::Span(at))
    }

    /// Whether a span failed of what the one around it failed of: of the same, or as the task that the run's error names.
    fn is_on_the_way(&self, span: &Span, why: Option<&Why<'_>>) -> bool {
        let around = span.parent.and_then(|parent| self.spans[parent].path.as_ref());
        let path = indices(span.path.as_ref());
        let is_the_task = span.is_task() && path.len() > indices(around).len();
        span.outcome == Some(End::Failed)
            && !span.is_retried()
            && indices(self.path.as_ref()).starts_with(path)
            && (is_the_task || span.why.as_deref() == why)
    }
}

fn indices(path: Option<&TaskPath>) -> &[usize] {
    path.map_or(&[], TaskPath::indices)
}
