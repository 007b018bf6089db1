//! What is known of the runs in a folder.

use super::calling::is_pause;
use super::files::{Files, Part};
use super::times::time_of;
use super::{Entry, JournalError, signals};
use crate::error::PipelineError;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// A summary of a durable run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunInfo {
    /// The id of the run.
    pub id: String,
    /// The name of its pipeline.
    pub pipeline: String,
    /// The time when it began.
    pub started: SystemTime,
    /// Its state.
    pub state: RunState,
    /// The number of attempts of agents, and of timers, that have ended.
    pub entries: u64,
    /// The number of times that it was resumed.
    pub resumed: u64,
    /// The reason why it cannot be resumed, if there is one. If it cannot be read, only its id is known.
    pub trouble: Option<JournalError>,
}

/// The state of a durable run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunState {
    /// The run has not ended: it is under way, or can be resumed.
    Open,
    /// The run has ended with a result.
    Succeeded,
    /// The run has ended with this error, on one line. It can be [retried](super::Durable::again).
    ///
    /// The line is empty if the payloads were [removed](super::Durable::redact).
    Failed(String),
}

/// Of all runs, by their ids. One that cannot be read hides none of the others.
#[inline]
pub(super) fn all(files: &Files, most: u32) -> Result<Vec<RunInfo>, JournalError> {
    let mut runs = BTreeMap::new();
    for part in [Part::Open, Part::Ended] {
        for (id, entries) in files.runs(part)? {
            // One that is on its way from the one to the other is there twice.
            runs.insert(id.clone(), RunInfo::of(id, entries, most));
        }
    }
    Ok(runs.into_values().collect())
}

/// A run that has not ended.
pub(super) struct Left {
    pub(super) id: String,
    /// Its pipeline and whether it waits for a signal, or why it cannot be read.
    pub(super) head: Result<(String, bool), JournalError>,
}

/// Of all runs that have not ended, by the names of their files.
#[inline]
pub(super) fn left(files: &Files) -> Result<Vec<Left>, JournalError> {
    let left = files.runs(Part::Open)?.filter_map(|(id, entries)| {
        let head = match entries.as_deref() {
            Ok(entries @ [Entry::Run(head), ..]) => {
                Ok((head.pipeline.clone(), signals::waits_until(entries).next().is_some()))
            }
            Ok(_) => return None,
            Err(error) => Err(error.clone()),
        };
        Some(Left { id, head })
    });
    Ok(left.collect())
}

impl RunInfo {
    #[inline]
    fn of(id: String, entries: Result<Vec<Entry>, JournalError>, most: u32) -> Self {
        let (entries, trouble) = match entries {
            Ok(entries) => (entries, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let (pipeline, at) = match entries.first() {
            Some(Entry::Run(head)) => (head.pipeline.clone(), head.at),
            _ => (String::new(), 0),
        };
        let count = |of: fn(&Entry) -> bool| entries.iter().filter(|entry| of(entry)).count() as u64;
        let is_redacted = matches!(entries.first(), Some(Entry::Run(head)) if head.redacted);
        let state = match RunState::of(&entries) {
            RunState::Failed(_) if is_redacted => RunState::Failed(String::new()),
            state => state,
        };
        let trouble = trouble.or_else(|| match state {
            RunState::Open => is_stuck(&id, &entries, most),
            RunState::Succeeded | RunState::Failed(_) => None,
        });
        Self {
            id,
            pipeline,
            started: time_of(at),
            state,
            entries: count(is_progress),
            resumed: count(|entry| matches!(entry, Entry::Resumed { .. })),
            trouble,
        }
    }
}

impl RunState {
    #[inline]
    fn of(entries: &[Entry]) -> Self {
        match entries.last() {
            Some(Entry::Ended { error: None, .. }) => Self::Succeeded,
            Some(Entry::Ended { error: Some(error), .. }) => {
                let line = PipelineError::from_json(error.get()).map(|error| error.to_string());
                Self::Failed(line.unwrap_or_else(|error| error.to_string()))
            }
            _ => Self::Open,
        }
    }
}

/// Whether a run has ended, and is not tried again.
#[inline]
pub(super) fn has_ended(entries: &[Entry]) -> bool {
    matches!(entries.last(), Some(Entry::Ended { .. }))
}

/// Whether something has come to its end.
#[inline]
pub(super) fn is_progress(entry: &Entry) -> bool {
    matches!(entry, Entry::Done { .. } | Entry::Failed { .. } | Entry::Fired { .. })
}

/// Whether a run was gone on with so often, and nothing has come of it, though it had nothing to wait for.
#[inline]
pub(super) fn is_stuck(id: &str, entries: &[Entry], most: u32) -> Option<JournalError> {
    let waits_until = waits_until(entries);
    let since =
        entries.iter().rev().take_while(|entry| !is_progress(entry) && !matches!(entry, Entry::Again { .. }));
    let resumed =
        since.filter(|entry| matches!(entry, Entry::Resumed { at, .. } if *at > waits_until)).count();
    let resumed = u32::try_from(resumed).unwrap_or(u32::MAX);
    (resumed >= most).then(|| JournalError::Stuck { id: id.to_owned(), resumed })
}

/// Until when a run waits, for a signal or for its next attempt, in milliseconds since 1970.
#[inline]
fn waits_until(entries: &[Entry]) -> u64 {
    let mut pauses = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Again { .. } => pauses.clear(),
            // Beside the time that a run or a barrier has, agents are at work.
            Entry::Timer { place, until } if is_pause(place) => drop(pauses.insert(&**place, *until)),
            Entry::Fired { place } => drop(pauses.remove(&**place)),
            _ => {}
        }
    }
    pauses.into_values().chain(signals::waits_until(entries)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::durable::signals::tests::waiting;

    #[inline]
    fn stuck(mut entries: Vec<Entry>, resumed: impl IntoIterator<Item = u64>) -> bool {
        entries.extend(resumed.into_iter().map(|at| Entry::Resumed { at, pid: 1 }));
        is_stuck("a", &entries, 3).is_some()
    }

    #[test]
    fn a_run_that_waits_is_not_stuck_however_often_it_is_gone_on_with() {
        assert!(stuck(Vec::new(), [1, 2, 3]));
        let pause = |place: &str| vec![Entry::Timer { place: place.to_owned(), until: 9 }];
        for waiting in [waiting(9), pause("1.3/0#1")] {
            assert!(!stuck(waiting.clone(), 1..=9));
            assert!(!stuck(waiting.clone(), 1..=11));
            // By then it has nothing to wait for.
            assert!(stuck(waiting, 1..=12));
        }
        for deadline in ["deadline", "1.3/0"] {
            assert!(stuck(pause(deadline), 1..=3));
        }
    }

    #[test]
    fn nor_is_one_without_a_time_but_one_is_whose_signal_is_over() {
        let mut entries = waiting(None);
        assert!(!stuck(entries.clone(), 1..=100));
        entries.push(Entry::Withdrawn { place: "1".to_owned(), attempt: 1 });
        assert!(stuck(entries, 1..=3));
        let mut entries = waiting(9);
        entries.push(Entry::Fired { place: "0#1".to_owned() });
        entries.push(Entry::Again { at: 0 });
        assert!(stuck(entries, 1..=3));
    }
}
