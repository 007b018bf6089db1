//! Sets of characters.

use std::collections::BinaryHeap;

/// A set of characters: ranges with both ends in them, in order, that do not touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    ranges: Vec<(char, char)>,
}

impl Class {
    pub(crate) fn one(character: char) -> Self {
        Self { ranges: vec![(character, character)] }
    }

    pub(crate) fn of(ranges: Vec<(char, char)>) -> Self {
        let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
        // A heap sorts a handful of ranges as well as `sort` does, and is a tenth of it to compile.
        for (low, high) in BinaryHeap::from(ranges).into_sorted_vec() {
            match merged.last_mut() {
                Some((_, last)) if low <= *last || next(*last) == Some(low) => *last = high.max(*last),
                _ => merged.push((low, high)),
            }
        }
        Self { ranges: merged }
    }

    /// Every other character.
    pub(crate) fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut free = Some('\0');
        for (low, high) in &self.ranges {
            if let (Some(start), Some(end)) = (free, previous(*low))
                && start <= end
            {
                ranges.push((start, end));
            }
            free = next(*high);
        }
        if let Some(start) = free {
            ranges.push((start, char::MAX));
        }
        Self { ranges }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub(crate) fn first(&self) -> Option<char> {
        self.ranges.first().map(|(low, _)| *low)
    }

    pub(crate) fn contains(&self, character: char) -> bool {
        // Classes are small, and most are of one to three ranges.
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
    }
}

fn next(character: char) -> Option<char> {
    (character..=char::MAX).nth(1)
}

fn previous(character: char) -> Option<char> {
    ('\0'..=character).nth_back(1)
}
