//! Putting a few things in order.

use std::collections::BinaryHeap;

/// The items by their ranks, and those of one rank as they stood.
///
/// For what is rare: `sort_by_key` is no slower where there is little to sort, but it takes ten times as long to
/// compile, for each type anew.
pub(crate) fn by_rank<T>(items: Vec<T>, rank: &dyn Fn(&T) -> usize) -> Vec<T> {
    let mut places = BinaryHeap::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        places.push((rank(item), place));
    }
    let mut left = Vec::with_capacity(items.len());
    for item in items {
        left.push(Some(item));
    }
    let mut ordered = Vec::with_capacity(left.len());
    for (_, place) in places.into_sorted_vec() {
        if let Some(item) = left[place].take() {
            ordered.push(item);
        }
    }
    ordered
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
