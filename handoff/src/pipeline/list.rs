//! What can be fanned out.

use std::collections::{BTreeSet, VecDeque};

/// A list of `Item`s that a `fan_out` can make its tasks of.
///
/// It has an order, which the results keep. A hash set has none, so it is not a list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of `{Item}` that can be fanned out",
    note = "a fan-out takes its items from a `Vec`, a `VecDeque`, a boxed slice, an array or a `BTreeSet`"
)]
pub trait List<Item> {
    /// Returns the items in their order.
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

/// A field of the output of agent `Up` is a list of what agent `Down` expects.
#[diagnostic::on_unimplemented(
    message = "`fan_out` needs a list of `{Item}`, which agent `{Down}` expects, but this field is `{Self}`",
    label = "`{Self}` is not a list of `{Item}`",
    note = "name a field that is a `Vec<{Item}>`, or an agent whose input is what the list is of"
)]
pub trait FansOut<Up: ?Sized, Down: ?Sized, Item> {
    #[doc(hidden)]
    fn fan_out(self) -> Vec<Item>;
}

#[diagnostic::do_not_recommend]
impl<L: List<Item>, Up: ?Sized, Down: ?Sized, Item> FansOut<Up, Down, Item> for L {
    fn fan_out(self) -> Vec<Item> {
        self.into_items()
    }
}
