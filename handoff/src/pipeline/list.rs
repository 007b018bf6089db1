//! What can be fanned out.

use std::collections::{BTreeSet, VecDeque};

/// A field that a `fan_out` can take its items from: it has an order, which the results keep.
/// A hash set has none, so it is not one of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list that can be fanned out",
    note = "a fan-out takes its items from a `Vec`, a `VecDeque`, a boxed slice, an array or a `BTreeSet`"
)]
pub trait List {
    /// What the list is of.
    type Item;

    /// Its items, in their order.
    fn into_items(self) -> Vec<Self::Item>;
}

#[diagnostic::do_not_recommend]
impl<T> List for Vec<T> {
    type Item = T;

    fn into_items(self) -> Vec<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> List for VecDeque<T> {
    type Item = T;

    fn into_items(self) -> Vec<T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T> List for Box<[T]> {
    type Item = T;

    fn into_items(self) -> Vec<T> {
        self.into_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> List for [T; N] {
    type Item = T;

    fn into_items(self) -> Vec<T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T> List for BTreeSet<T> {
    type Item = T;

    fn into_items(self) -> Vec<T> {
        self.into_iter().collect()
    }
}
