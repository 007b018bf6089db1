//! What there is in a `Partial`, one by one.

use super::TaskFailure;
use std::fmt;
use std::iter::FusedIterator;

/// An iterator over the results or the failures of a [`Partial`](crate::Partial), in the order of the
/// fan-out's items.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Entries<'a, T> {
    entries: std::slice::Iter<'a, T>,
}

impl<'a, T> Entries<'a, T> {
    pub(super) fn of(entries: &'a [T]) -> Self {
        Self { entries: entries.iter() }
    }

    /// Returns `true` if nothing is left to iterate over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.len() == 0
    }

    /// Returns what is left to iterate over, as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &'a [T] {
        self.entries.as_slice()
    }
}

impl<'a, T> Iterator for Entries<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.entries.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<T> DoubleEndedIterator for Entries<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back()
    }
}

impl<T> ExactSizeIterator for Entries<'_, T> {}

impl<T> FusedIterator for Entries<'_, T> {}

impl<T> Clone for Entries<'_, T> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone() }
    }
}

/// How many there are: results are payloads, which do not show in logs by accident.
impl<T> fmt::Debug for Entries<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").field("len", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A task of a fan-out and its outcome: see [`Partial::tasks`](crate::Partial::tasks).
#[non_exhaustive]
pub struct PartialTask<'a, T> {
    /// The task's index in the fan-out, from 0.
    pub index: usize,
    /// The task's name, if the fan-out has a `label`.
    pub label: Option<&'a str>,
    /// The task's outcome.
    pub outcome: TaskOutcome<'a, T>,
}

/// The outcome of a task of a fan-out behind a barrier.
#[non_exhaustive]
pub enum TaskOutcome<'a, T> {
    /// The task succeeded.
    Succeeded(&'a T),
    /// The task failed for this reason, and `recover` made a result of the failure.
    Recovered(&'a T, &'a TaskFailure),
    /// The task failed.
    Failed(&'a TaskFailure),
    /// The task was cancelled, or never started. In a join or a race: the branch's result is of another type.
    Missing,
}

impl<'a, T> TaskOutcome<'a, T> {
    /// Returns the result, whether the task or `recover` made it.
    #[must_use]
    pub fn result(&self) -> Option<&'a T> {
        match *self {
            Self::Succeeded(result) | Self::Recovered(result, _) => Some(result),
            Self::Failed(_) | Self::Missing => None,
        }
    }

    /// Returns the reason of the failure, even if `recover` stood in.
    #[must_use]
    pub fn failure(&self) -> Option<&'a TaskFailure> {
        match *self {
            Self::Recovered(_, failure) | Self::Failed(failure) => Some(failure),
            Self::Succeeded(_) | Self::Missing => None,
        }
    }
}

impl<T> Clone for PartialTask<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PartialTask<'_, T> {}

impl<T> Clone for TaskOutcome<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TaskOutcome<'_, T> {}

impl<T> fmt::Debug for PartialTask<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, label, outcome } = self;
        let mut shown = f.debug_struct("PartialTask");
        shown.field("index", index).field("label", label).field("outcome", outcome).finish()
    }
}

impl<T> fmt::Debug for TaskOutcome<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded(_) => f.write_str("Succeeded"),
            Self::Recovered(_, failure) => f.debug_tuple("Recovered").field(failure).finish(),
            Self::Failed(failure) => f.debug_tuple("Failed").field(failure).finish(),
            Self::Missing => f.write_str("Missing"),
        }
    }
}
