//! What can be fanned out.

use std::collections::{BTreeSet, VecDeque};

/// A list of `Item`s that a `fan_out` can take its tasks from: it has an order, which the results keep.
/// A hash set has none, so it is not one of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of `{Item}` that can be fanned out",
    note = "a fan-out takes its items from a `Vec`, a `VecDeque`, a boxed slice, an array or a `BTreeSet`"
)]
pub trait List<Item> {
    /// Its items, in their order.
    fn into_items(self) -> Vec<Item>;
}

#[diagnostic::do_not_recommend]
impl<T> List<T> for Vec<T> {
    fn into_items(self) -> Vec<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> List<T> for VecDeque<T> {
    fn into_items(self) -> Vec<T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T> List<T> for Box<[T]> {
    fn into_items(self) -> Vec<T> {
        self.into_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> List<T> for [T; N] {
    fn into_items(self) -> Vec<T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T> List<T> for BTreeSet<T> {
    fn into_items(self) -> Vec<T> {
        self.into_iter().collect()
    }
}
