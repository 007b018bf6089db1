//! Putting a few things in order.

use std::cmp::Ordering;

/// The places of so many things in the order that `compare` gives to two places; what is equal stays as it stands.
///
/// Whatever is rarely sorted is sorted here: a sort takes long to compile, and is compiled for each type anew.
pub(crate) fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_unstable_by(|one, other| compare(*one, *other).then(one.cmp(other)));
    places
}

/// The items in the order of these places, each of which is named once.
pub(crate) fn arranged<T>(items: Vec<T>, places: &[usize]) -> Vec<T> {
    let mut left = Vec::with_capacity(items.len());
    for item in items {
        left.push(Some(item));
    }
    let mut arranged = Vec::with_capacity(left.len());
    for place in places {
        if let Some(item) = left[*place].take() {
            arranged.push(item);
        }
    }
    arranged
}

/// The items by their ranks, and those of one rank as they stood.
pub(crate) fn by_rank<T>(items: Vec<T>, rank: &dyn Fn(&T) -> usize) -> Vec<T> {
    let mut ranks = Vec::with_capacity(items.len());
    for item in &items {
        ranks.push(rank(item));
    }
    let places = places(ranks.len(), &|one, other| ranks[one].cmp(&ranks[other]));
    arranged(items, &places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_one_rank_stays_as_it_was() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        let ordered = by_rank(items, &|item| item.0);
        assert_eq!(ordered, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
    }
}
