//! Which task of which fan-out.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The path of a task: its index in the fan-out, after the indices of the enclosing tasks.
///
/// `Display` writes the indices from the outermost fan-out to the innermost: `2.0` is the first task of the
/// fan-out inside the third task. The branches of a `join` or a `race` are not tasks of a fan-out, and have
/// no index.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TaskPath {
    indices: Indices,
}

/// Most fan-outs stand in no other, and take no allocation.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Indices {
    One(usize),
    /// At least two.
    Many(Arc<[usize]>),
}

impl TaskPath {
    /// The task of this index, in the task `within` if the fan-out is in one.
    pub(crate) fn new(within: Option<&Self>, index: usize) -> Self {
        let indices = match within {
            None => Indices::One(index),
            Some(within) => Indices::Many(within.indices().iter().copied().chain([index]).collect()),
        };
        Self { indices }
    }

    fn of(indices: &[usize]) -> Option<Self> {
        let indices = match indices {
            [] => return None,
            [index] => Indices::One(*index),
            many => Indices::Many(many.into()),
        };
        Some(Self { indices })
    }

    /// Returns the indices from the outermost fan-out to the innermost, each from 0. There is at least one.
    #[must_use]
    pub fn indices(&self) -> &[usize] {
        match &self.indices {
            Indices::One(index) => std::slice::from_ref(index),
            Indices::Many(indices) => indices,
        }
    }

    /// Returns the index in the innermost fan-out.
    #[must_use]
    pub fn index(&self) -> usize {
        // There is at least one.
        self.indices().last().copied().unwrap_or_default()
    }

    /// Returns the path of the enclosing task, if there is one.
    #[must_use]
    pub fn within(&self) -> Option<Self> {
        let (_, within) = self.indices().split_last()?;
        Self::of(within)
    }
}

/// As a reader goes through the tasks: each before those in it.
impl Ord for TaskPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.indices().cmp(other.indices())
    }
}

impl PartialOrd for TaskPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, within) = self.indices().split_last().ok_or(fmt::Error)?;
        within.iter().try_for_each(|index| write!(f, "{index}."))?;
        write!(f, "{index}")
    }
}

impl fmt::Debug for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskPath({self})")
    }
}

/// As `Display` shows it.
impl Serialize for TaskPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TaskPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let indices: Result<Vec<_>, _> = text.split('.').map(str::parse).collect();
        let path = indices.ok().and_then(|indices| Self::of(&indices));
        // What reads as a path in one way only: no `+2`, no `02`.
        let path = path.filter(|path| path.to_string() == text);
        path.ok_or_else(|| {
            de::Error::custom("a task is named by indices with dots between them, as in `2.0`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_written() {
        let third = TaskPath::new(None, 2);
        let first = TaskPath::new(Some(&third), 0);
        let deep = TaskPath::new(Some(&first), 11);
        for (path, text) in [(&third, "2"), (&first, "2.0"), (&deep, "2.0.11")] {
            let json = serde_json::to_value(path).unwrap();
            assert_eq!(json, text);
            assert_eq!(serde_json::from_value::<TaskPath>(json).unwrap(), *path);
        }
        assert_eq!((deep.index(), deep.within()), (11, Some(first.clone())));
        assert_eq!((first.within(), third.within()), (Some(third.clone()), None));
        let mut sorted = [TaskPath::new(None, 3), deep.clone(), first.clone(), third.clone()];
        sorted.sort();
        assert_eq!(sorted, [third, first, deep, TaskPath::new(None, 3)]);
        for bad in ["", ".", "1.", "02", "+2", "-1", "1..2", " 1"] {
            serde_json::from_value::<TaskPath>(bad.into()).expect_err(bad);
        }
    }
}
