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
                Entry::Waits { place, attempt, .. } => drop(replay.asked.insert(key_of(&place, attempt))),
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
    ///
    /// What this try has taken from the one before is kept of both, and used once: it was the first that was there.
    #[inline]
    fn again(self) -> Self {
        let Self { mut ended, order, timers: _, asked: _, mut outputs } = self;
        let mut latest: HashMap<Output, VecDeque<Outcome>> = HashMap::new();
        for key in order {
            if let Some(Kept { place, call: Some((agent, input)), outcome }) = ended.remove(&key)
                && let Outcome::Done { .. } = outcome
            {
                latest.entry((tasks_of(&place), agent, input)).or_default().push_back(outcome);
            }
        }
        for (output, mut latest) in latest {
            let before = outputs.remove(&output).unwrap_or_default();
            latest.extend(before.into_iter().skip(latest.len()));
            outputs.insert(output, latest);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::durable::Spent;
    use serde_json::value::RawValue;

    /// The output of a round, all of which are handed the same.
    #[inline]
    fn done(round: u32) -> Entry {
        Entry::Done {
            place: (round - 1).to_string(),
            agent: "same".to_owned(),
            attempt: 1,
            input: InputHash::of(""),
            output: RawValue::from_string(round.to_string()).unwrap(),
            spent: Spent::default(),
        }
    }

    #[inline]
    fn outputs(mut replay: Replay) -> Vec<String> {
        let next = || match replay.take_output("9", "same", InputHash::of(""))? {
            Outcome::Done { output, .. } => Some(output),
            _ => None,
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn wherever_a_second_try_is_cut_short_the_third_has_each_output_once_and_in_order() {
        for first in 0..4 {
            for second in 0..4 {
                let again = || [Entry::Again { at: 0 }];
                let entries =
                    (1..=first).map(done).chain(again()).chain((1..=second).map(done)).chain(again());
                let expected: Vec<_> = (1..=first.max(second)).map(|round| round.to_string()).collect();
                assert_eq!(outputs(Replay::of(entries)), expected, "{first} and {second}");
            }
        }
    }
}
