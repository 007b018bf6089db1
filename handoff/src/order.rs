//! Putting in order what a schema is made canonical of.

use std::cmp::Ordering;

/// The places of so many things in the order that `compare` gives to two places; what is equal stays as it stands.
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
