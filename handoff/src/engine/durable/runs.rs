//! What is known of the runs in a folder.

use super::files::{Files, Part};
use super::{Entry, JournalError};
use crate::error::PipelineError;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is known of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunInfo {
    /// The run.
    pub id: String,
    /// Its pipeline.
    pub pipeline: String,
    /// When it began.
    pub started: SystemTime,
    /// What has become of it.
    pub state: RunState,
    /// How many attempts of agents, and how many timers, have come to their end.
    pub entries: u64,
    /// How often another process, or another future of one, has gone on with it.
    pub resumed: u64,
    /// Why it cannot be gone on with. Where it cannot be read, no more than its id is known.
    pub trouble: Option<JournalError>,
}

/// What has become of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunState {
    /// It has not ended: it is under way, or waits for somebody to go on with it.
    Open,
    /// It has ended with a result.
    Succeeded,
    /// It has ended in this error, in a line, which is empty where that was [taken out](super::Durable::redact). It can be tried [again](super::Durable::again).
    Failed(String),
}

/// Of all runs, by their ids. One that cannot be read hides none of the others.
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

impl RunInfo {
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
            started: UNIX_EPOCH + Duration::from_millis(at),
            state,
            entries: count(is_progress),
            resumed: count(|entry| matches!(entry, Entry::Resumed { .. })),
            trouble,
        }
    }
}

impl RunState {
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

/// Whether something has come to its end.
pub(super) fn is_progress(entry: &Entry) -> bool {
    matches!(entry, Entry::Done { .. } | Entry::Failed { .. } | Entry::Fired { .. })
}

/// Whether a run was gone on with so often, and nothing has come of it.
pub(super) fn is_stuck(id: &str, entries: &[Entry], most: u32) -> Option<JournalError> {
    let since =
        entries.iter().rev().take_while(|entry| !is_progress(entry) && !matches!(entry, Entry::Again { .. }));
    let resumed = since.filter(|entry| matches!(entry, Entry::Resumed { .. })).count();
    let resumed = u32::try_from(resumed).unwrap_or(u32::MAX);
    (resumed >= most).then(|| JournalError::Stuck { id: id.to_owned(), resumed })
}
