//! What is kept of a run, as far as it has not been said again.

use super::{Entry, InputHash, Outcome};
use std::collections::{HashMap, HashSet, VecDeque};

/// What is kept of a call or a timer that has ended.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) place: String,
    /// The agent, and what it was handed; `None` of a timer.
    pub(super) call: Option<(String, InputHash)>,
    pub(super) outcome: Outcome,
}

/// What is kept of a run.
#[derive(Debug, Default)]
pub(super) struct Replay {
    /// By place and attempt.
    pub(super) ended: HashMap<String, Kept>,
    /// In which order that was.
    pub(super) order: VecDeque<String>,
    /// When timers that have begun are over.
    pub(super) timers: HashMap<String, u64>,
    /// The signals that wait, as far as is kept, by place and attempt.
    pub(super) asked: HashSet<String>,
    /// Outputs from before the run was tried again, in their order.
    outputs: HashMap<Output, VecDeque<Outcome>>,
}

/// The tasks on the way to an agent, the agent, and what it was handed.
type Output = (String, String, InputHash);

/// What an attempt is kept as. No timer is.
#[inline]
pub(super) fn key_of(place: &str, attempt: u32) -> String {
    format!("{place}@{attempt}")
}

/// The tasks on the way to a place, without the steps: `3/` of `1.3/0`.
#[inline]
fn tasks_of(place: &str) -> String {
    place.split('/').filter_map(|step| step.split_once('.')).fold(String::new(), |mut tasks, (_, task)| {
        tasks.push_str(task);
        tasks.push('/');
        tasks
    })
}

impl Replay {
    /// What these entries say, which come after the beginning.
    #[inline]
    pub(super) fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut replay = Self::default();
        for entry in entries {
            match entry {
                Entry::Run(_) | Entry::Resumed { .. } | Entry::Ended { .. } => {}
                Entry::Again { .. } => replay = replay.again(),
                Entry::Done { place, agent, attempt, input, output, spent } => {
                    let outcome = Outcome::Done { output: Box::<str>::from(output).into(), spent };
                    replay.keep(key_of(&place, attempt), Kept { place, call: Some((agent, input)), outcome });
                }
                Entry::Failed { place, agent, attempt, input, error, spent } => {
                    let outcome = Outcome::Failed { error: Box::<str>::from(error).into(), spent };
                    replay.keep(key_of(&place, attempt), Kept { place, call: Some((agent, input)), outcome });
                }
                Entry::Asked { place, attempt, .. } => drop(replay.asked.insert(key_of(&place, attempt))),
                Entry::Withdrawn { place, attempt } => drop(replay.asked.remove(&key_of(&place, attempt))),
                Entry::Timer { place, until } => drop(replay.timers.insert(place, until)),
                Entry::Fired { place } => {
                    replay.keep(place.clone(), Kept { place, call: None, outcome: Outcome::Fired });
                }
            }
        }
        replay
    }

    #[inline]
    fn keep(&mut self, key: String, kept: Kept) {
        self.order.push_back(key.clone());
        self.ended.insert(key, kept);
    }

    /// The run is tried again: of what was kept, only outputs are of use.
    #[inline]
    fn again(self) -> Self {
        let Self { mut ended, order, timers: _, asked: _, mut outputs } = self;
        for key in order {
            if let Some(Kept { place, call: Some((agent, input)), outcome }) = ended.remove(&key)
                && let Outcome::Done { .. } = outcome
            {
                outputs.entry((tasks_of(&place), agent, input)).or_default().push_back(outcome);
            }
        }
        Self { outputs, ..Self::default() }
    }

    /// An output of before, for the same agent that is handed the same in the same task. Each is taken once.
    #[inline]
    pub(super) fn take_output(&mut self, place: &str, agent: &str, input: InputHash) -> Option<Outcome> {
        if self.outputs.is_empty() {
            return None;
        }
        self.outputs.get_mut(&(tasks_of(place), agent.to_owned(), input))?.pop_front()
    }
}
