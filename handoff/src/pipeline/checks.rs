//! The edges of a pipeline, as traits: a wiring that cannot work is one that is not implemented,
//! and the message says why.
//!
//! Everything that a message shows is a parameter of its trait. Each has one blanket impl, which
//! rustc is told not to list, and the value flows through the checked method, so that nothing
//! follows from the error.

use super::list::List;
use crate::envelope::Handed;
use crate::text::whole;
use std::fmt::Display;

/// The output of agent `Up` is what agent `Down` expects.
#[diagnostic::on_unimplemented(
    message = "agent `{Up}` outputs `{Out}`, but agent `{Down}` expects `{In}`",
    label = "`{Out}` cannot be handed off to `{Down}`",
    note = "make `output` of `{Up}` and `input` of `{Down}` the same type, or put an agent that turns `{Out}` into `{In}` between them"
)]
pub trait HandsOff<Up: ?Sized, Down: ?Sized, Out, In> {
    #[doc(hidden)]
    fn hand_off(output: Handed<Out>) -> Handed<In>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Up: ?Sized, Down: ?Sized, T> HandsOff<Up, Down, T, T> for Place {
    fn hand_off(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// What the barrier after `Up` hands on is what agent `Down` expects.
#[diagnostic::on_unimplemented(
    message = "the barrier after agent `{Up}` hands on `{Out}`, but agent `{Down}` expects `{In}`",
    label = "`{Out}` cannot be handed off to `{Down}`",
    note = "`barrier(all)` hands on a `Vec` of what `{Up}` outputs; every other barrier a `Partial`, because some may be missing, and only an agent that takes a `Partial` can be given one"
)]
pub trait PassesBarrier<Up: ?Sized, Down: ?Sized, Out, In> {
    #[doc(hidden)]
    fn pass(output: Handed<Out>) -> Handed<In>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Up: ?Sized, Down: ?Sized, T> PassesBarrier<Up, Down, T, T> for Place {
    fn pass(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// What a pipeline takes is what its first agent expects.
#[diagnostic::on_unimplemented(
    message = "pipeline `{Pipeline}` takes `{Declared}`, but its first agent `{First}` expects `{In}`",
    label = "`{Declared}` cannot be handed off to `{First}`",
    note = "write `{Pipeline}({In})`, or start with an agent that takes `{Declared}`"
)]
pub trait Begins<Pipeline: ?Sized, First: ?Sized, Declared, In> {
    #[doc(hidden)]
    fn begin(input: Handed<Declared>) -> Handed<In>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Pipeline: ?Sized, First: ?Sized, T> Begins<Pipeline, First, T, T> for Place {
    fn begin(input: Handed<T>) -> Handed<T> {
        input
    }
}

/// What the last stage of a pipeline hands on is what the pipeline returns.
#[diagnostic::on_unimplemented(
    message = "pipeline `{Pipeline}` returns `{Declared}`, but its last agent `{Last}` hands on `{Out}`",
    label = "`{Out}` is not the `{Declared}` that `{Pipeline}` returns",
    note = "write `-> {Out}`, or end with an agent that turns `{Out}` into `{Declared}`"
)]
pub trait Ends<Pipeline: ?Sized, Last: ?Sized, Out, Declared> {
    #[doc(hidden)]
    fn end(output: Handed<Out>) -> Handed<Declared>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Pipeline: ?Sized, Last: ?Sized, T> Ends<Pipeline, Last, T, T> for Place {
    fn end(output: Handed<T>) -> Handed<T> {
        output
    }
}

/// What the barrier at the end of a pipeline hands on is what the pipeline returns.
#[diagnostic::on_unimplemented(
    message = "pipeline `{Pipeline}` returns `{Declared}`, but the barrier after agent `{Last}` hands on `{Out}`",
    label = "`{Out}` is not the `{Declared}` that `{Pipeline}` returns",
    note = "write `-> {Out}`, or end with an agent that turns `{Out}` into `{Declared}`"
)]
pub trait EndsWithBarrier<Pipeline: ?Sized, Last: ?Sized, Out, Declared> {
    #[doc(hidden)]
    fn end(output: Handed<Out>) -> Handed<Declared>;
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Pipeline: ?Sized, Last: ?Sized, T> EndsWithBarrier<Pipeline, Last, T, T> for Place {
    fn end(output: Handed<T>) -> Handed<T> {
        output
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

/// What agent `Up` may hand on fits into the input budget of agent `Down`.
#[diagnostic::on_unimplemented(
    message = "agent `{Up}` may output {MAX} tokens, but agent `{Down}` has an input budget of {BUDGET}",
    label = "up to {MAX} tokens do not fit into {BUDGET}",
    note = "lower `max_output_tokens` of `{Up}` to {BUDGET}, or raise `input_budget` of `{Down}` to {MAX}"
)]
pub trait WithinBudget<Up: ?Sized, Down: ?Sized, const MAX: u64, const BUDGET: u64, const FITS: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Up: ?Sized, Down: ?Sized, const MAX: u64, const BUDGET: u64>
    WithinBudget<Up, Down, MAX, BUDGET, true> for Place
{
    const CHECKED: () = ();
}

/// What `WIDTH` tasks of agent `Up` may hand on together fits into the input budget of agent
/// `Down`: `NEED = WIDTH × (MAX + 1) + 2` tokens, which are their outputs, a comma for each, and
/// the brackets.
#[diagnostic::on_unimplemented(
    message = "{WIDTH} tasks of agent `{Up}` may output {MAX} tokens each, {NEED} tokens together with commas and brackets, but agent `{Down}` has an input budget of {BUDGET}",
    label = "up to {NEED} tokens do not fit into {BUDGET}",
    note = "lower `max_output_tokens` of `{Up}`, allow fewer tasks (`max = …` in the `fan_out`, or `len(..=…)` on its field), or raise `input_budget` of `{Down}` to {NEED}"
)]
pub trait AllWithinBudget<
    Up: ?Sized,
    Down: ?Sized,
    const WIDTH: u64,
    const MAX: u64,
    const NEED: u64,
    const BUDGET: u64,
    const FITS: bool,
>
{
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<
    Place: ?Sized,
    Up: ?Sized,
    Down: ?Sized,
    const WIDTH: u64,
    const MAX: u64,
    const NEED: u64,
    const BUDGET: u64,
> AllWithinBudget<Up, Down, WIDTH, MAX, NEED, BUDGET, true> for Place
{
    const CHECKED: () = ();
}

/// A barrier does not ask for more successes than there can be tasks.
#[diagnostic::on_unimplemented(
    message = "the barrier needs at least {NEEDED} tasks of agent `{Up}` to succeed, but there are at most {WIDTH}",
    label = "{NEEDED} of at most {WIDTH} can never succeed",
    note = "ask for at most {WIDTH}, or allow more tasks (`max = …` in the `fan_out`, or `len(..=…)` on its field)"
)]
pub trait WithinWidth<Up: ?Sized, const NEEDED: u64, const WIDTH: u64, const FITS: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Up: ?Sized, const NEEDED: u64, const WIDTH: u64> WithinWidth<Up, NEEDED, WIDTH, true>
    for Place
{
    const CHECKED: () = ();
}

/// There is a confidence that a gate can test: a payload before it has a `#[confidence]`, or a
/// barrier has counted successes.
#[diagnostic::on_unimplemented(
    message = "this gate has no confidence to test: `{Out}`, which comes from `{Up}`, has no field with `#[confidence]`, nor has anything before it",
    label = "`{Out}` says nothing of its confidence",
    note = "put `#[confidence]` on a field of `{Out}` that holds a number in 0..=1, or leave the gate out"
)]
pub trait Confident<Up: ?Sized, Out: ?Sized, const KNOWN: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Up: ?Sized, Out: ?Sized> Confident<Up, Out, true> for Place {
    const CHECKED: () = ();
}

/// The same on the way that ends in agent `Up`, of several that lead to the gate.
#[diagnostic::on_unimplemented(
    message = "this gate has no confidence to test where `{Up}` comes to it: `{Out}` has no field with `#[confidence]`, nor has anything else on this way",
    label = "not every way to here has a confidence: the one with `{Up}` has none",
    note = "put `#[confidence]` on a field of `{Out}` that holds a number in 0..=1, or put the gate into the ways that have one"
)]
pub trait ConfidentWay<Up: ?Sized, Out: ?Sized, const KNOWN: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Up: ?Sized, Out: ?Sized> ConfidentWay<Up, Out, true> for Place {
    const CHECKED: () = ();
}

/// The same after a `join`, whose confidence is the mean of what its agents say of theirs.
#[diagnostic::on_unimplemented(
    message = "this gate has no confidence to test: no agent of the `join` before it says how sure it is",
    label = "none of `{Out}` says anything of its confidence",
    note = "put `#[confidence]` on a field of one of them that holds a number in 0..=1, or leave the gate out"
)]
pub trait ConfidentJoin<Out: ?Sized, const KNOWN: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Out: ?Sized> ConfidentJoin<Out, true> for Place {
    const CHECKED: () = ();
}

/// A gate's threshold is a confidence.
#[diagnostic::on_unimplemented(
    message = "the threshold of this gate is not in 0..=1, where every confidence is",
    label = "not a confidence",
    note = "write a threshold in 0..=1, such as `gate(confidence >= 0.6)`"
)]
pub trait Threshold<const IN_RANGE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized> Threshold<true> for Place {
    const CHECKED: () = ();
}

/// A barrier's quorum can be reached, and can be missed.
#[diagnostic::on_unimplemented(
    message = "the quorum of this barrier is 0, or more than 100 %",
    label = "not a quorum",
    note = "ask for at least 1 task, or for 1 % to 100 % of them; `barrier(settled)` is passed whatever happens"
)]
pub trait Quorum<const IN_RANGE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized> Quorum<true> for Place {
    const CHECKED: () = ();
}

/// A fan-out may have at least one task.
#[diagnostic::on_unimplemented(
    message = "a `fan_out` of at most 0 tasks does nothing",
    label = "no task fits",
    note = "write `max = …` with the most tasks there may be, at least 1"
)]
pub trait WidthBound<const IN_RANGE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized> WidthBound<true> for Place {
    const CHECKED: () = ();
}

/// A fan-out may have at least one task under way.
#[diagnostic::on_unimplemented(
    message = "a `fan_out` with 0 tasks under way at once never does anything",
    label = "no task may run",
    note = "write `concurrency = …` with the most tasks that may run at once, at least 1"
)]
pub trait TaskBound<const IN_RANGE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized> TaskBound<true> for Place {
    const CHECKED: () = ();
}

/// What a task is called can be shown.
#[diagnostic::on_unimplemented(
    message = "a `label` names a task, but `{Self}` cannot be shown",
    label = "`{Self}` does not implement `Display`",
    note = "name the task by a string, a number, or anything else that implements `Display`"
)]
pub trait Label {
    #[doc(hidden)]
    fn show(self) -> String;
}

#[diagnostic::do_not_recommend]
impl<L: Display> Label for L {
    fn show(self) -> String {
        whole(&self)
    }
}

/// A loop may have at least one round.
#[diagnostic::on_unimplemented(
    message = "a `repeat` of at most 0 rounds does nothing",
    label = "no round fits",
    note = "write `max = …` with the most rounds there may be, at least 1"
)]
pub trait RoundsBound<const IN_RANGE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized> RoundsBound<true> for Place {
    const CHECKED: () = ();
}
