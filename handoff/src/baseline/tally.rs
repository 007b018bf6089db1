//! What is kept of a habit: how often which step was seen.

use super::step::Step;
use std::collections::BTreeMap;

/// How often which step was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    counts: BTreeMap<Step, u32>,
}

impl Tally {
    #[inline]
    pub(super) fn add(&mut self, step: Step) {
        self.add_many(step, 1);
    }

    #[inline]
    pub(super) fn add_many(&mut self, step: Step, times: u32) {
        let count = self.counts.entry(step).or_default();
        *count = count.saturating_add(times);
    }

    /// The steps from the least, with how often each was seen.
    #[inline]
    pub(super) fn steps(&self) -> impl Iterator<Item = (Step, u64)> + '_ {
        self.counts.iter().map(|(step, count)| (*step, u64::from(*count)))
    }

    #[inline]
    pub(super) fn total(&self) -> u64 {
        self.steps().map(|(_, count)| count).sum()
    }

    /// How often this one was seen.
    #[inline]
    pub(super) fn times(&self, step: Step) -> u64 {
        self.counts.get(&step).copied().unwrap_or_default().into()
    }

    /// The least step that so many of a hundred do not exceed: the quantile by the nearest rank.
    #[inline]
    pub(super) fn percentile(&self, hundredths: u64) -> Step {
        let rank = (self.total() * hundredths).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.steps().find(|(_, count)| {
            seen += count;
            seen >= rank
        });
        found.map_or(Step::ZERO, |(step, _)| step)
    }
}

impl FromIterator<Step> for Tally {
    #[inline]
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let mut tally = Self::default();
        for step in steps {
            tally.add(step);
        }
        tally
    }
}
