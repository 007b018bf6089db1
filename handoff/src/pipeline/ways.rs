//! The edges between stages that are no agents: parts of values, joins, loops, and ways that come together
//! again. Written as those of [`checks`](super::checks) are.

use crate::envelope::Handed;

/// A part of a value, as a pattern binds it, is what agent `Down` expects.
#[diagnostic::on_unimplemented(
    message = "agent `{Down}` expects `{In}`, but what comes to it here is `{Self}`",
    label = "`{Self}` cannot be handed off to `{Down}`",
    note = "name an agent that takes `{Self}`, or put one that turns `{Self}` into `{In}` before `{Down}`"
)]
pub trait Fits<Down: ?Sized, In> {
    #[doc(hidden)]
    fn fit(self) -> In;
}

#[diagnostic::do_not_recommend]
impl<Down: ?Sized, T> Fits<Down, T> for T {
    fn fit(self) -> T {
        self
    }
}

/// What a `join`, a `map` or a pattern makes is what agent `Down` expects.
#[diagnostic::on_unimplemented(
    message = "agent `{Down}` expects `{In}`, but what comes to it here is `{Out}`",
    label = "`{Out}` cannot be handed off to `{Down}`",
    note = "name an agent that takes `{Out}`, or put one that turns `{Out}` into `{In}` before `{Down}`"
)]
pub trait ComesTo<Down: ?Sized, Out, In> {
    #[doc(hidden)]
    fn come(output: Handed<Out>) -> Handed<In>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Down: ?Sized, T> ComesTo<Down, T, T> for Place {
    fn come(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// What a `join` at the end of a pipeline hands on is what the pipeline returns.
#[diagnostic::on_unimplemented(
    message = "pipeline `{Pipeline}` returns `{Declared}`, but its last stage hands on `{Out}`",
    label = "`{Out}` is not the `{Declared}` that `{Pipeline}` returns",
    note = "write `-> {Out}`, or end with an agent that turns `{Out}` into `{Declared}`"
)]
pub trait Leaves<Pipeline: ?Sized, Out, Declared> {
    #[doc(hidden)]
    fn leave(output: Handed<Out>) -> Handed<Declared>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Pipeline: ?Sized, T> Leaves<Pipeline, T, T> for Place {
    fn leave(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// What the last agent of a loop outputs is what the first one expects.
#[diagnostic::on_unimplemented(
    message = "agent `{Last}` outputs `{Out}` at the end of a round, but the next round begins with `{In}`",
    label = "`{Out}` cannot go round",
    note = "end the `repeat` with an agent that outputs `{In}`, or go on to `{Last}` after the loop"
)]
pub trait GoesRound<Last: ?Sized, Out, In> {
    #[doc(hidden)]
    fn go_round(output: Handed<Out>) -> Handed<In>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Last: ?Sized, T> GoesRound<Last, T, T> for Place {
    fn go_round(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// Ways that come together hand on the same type.
#[diagnostic::on_unimplemented(
    message = "agent `{Last}` outputs `{Out}` on this way, but agent `{First}` outputs `{Expected}` on the first",
    label = "`{Out}` is not the `{Expected}` that the first way hands on",
    note = "end all ways in the same type, or put an agent that turns `{Out}` into `{Expected}` after `{Last}`"
)]
pub trait Agrees<Last: ?Sized, First: ?Sized, Out, Expected> {
    #[doc(hidden)]
    fn agree(output: Handed<Out>) -> Handed<Expected>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Last: ?Sized, First: ?Sized, T> Agrees<Last, First, T, T> for Place {
    fn agree(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// What the agents of a `join` may hand on together fits into the input budget of agent `Down`: the sum of
/// `max_output_tokens + 1` over all of them, and 2, which are their outputs, a comma for each, and the brackets.
#[diagnostic::on_unimplemented(
    message = "the agents of this `join` may output {NEED} tokens together with commas and brackets, but agent `{Down}` has an input budget of {BUDGET}",
    label = "up to {NEED} tokens do not fit into {BUDGET}",
    note = "lower `max_output_tokens` of the agents in the `join`, or raise `input_budget` of `{Down}` to {NEED}"
)]
pub trait JoinWithinBudget<Down: ?Sized, const NEED: u64, const BUDGET: u64, const FITS: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Down: ?Sized, const NEED: u64, const BUDGET: u64>
    JoinWithinBudget<Down, NEED, BUDGET, true> for Place
{
    const CHECKED: () = ();
}

/// What an item's contract lets it have fits into the input budget of agent `Down`.
#[diagnostic::on_unimplemented(
    message = "an item `{Item}` may have {MAX} tokens (`max_tokens`), but agent `{Down}` has an input budget of {BUDGET}",
    label = "up to {MAX} tokens do not fit into {BUDGET}",
    note = "lower `max_tokens` of `{Item}` to {BUDGET}, or raise `input_budget` of `{Down}` to {MAX}"
)]
pub trait ItemWithinBudget<Item: ?Sized, Down: ?Sized, const MAX: u64, const BUDGET: u64, const FITS: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Item: ?Sized, Down: ?Sized, const MAX: u64, const BUDGET: u64>
    ItemWithinBudget<Item, Down, MAX, BUDGET, true> for Place
{
    const CHECKED: () = ();
}
