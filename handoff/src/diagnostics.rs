//! The compile errors of agents and pipelines, as traits: what cannot work is what is not implemented, and the message
//! says why. Those of contracts stand with what they are about, and are made by the same macros.
//!
//! Everything that a message shows is a parameter of its trait. Each trait has one blanket impl, for where all
//! is well, which rustc is told not to list, and the value flows through the checked method, so that nothing
//! follows from the error.

use crate::agent::FromRef;
use crate::envelope::Handed;

/// Makes traits that let a value pass from where it is an `Out` to where it has to be an `In`, if the two are one type:
/// `Trait<the parties>: fn method(Out) -> In`.
macro_rules! passes {
    ($($(#[$meta:meta])* $name:ident<$($party:ident),+>: fn $method:ident($out:ident) -> $in:ident;)*) => {$(
        $(#[$meta])*
        pub trait $name<$($party: ?Sized,)+ $out, $in> {
            #[doc(hidden)]
            fn $method(value: Handed<$out>) -> Handed<$in>;
        }

        #[diagnostic::do_not_recommend]
        impl<Place: ?Sized, $($party: ?Sized,)+ T> $name<$($party,)+ T, T> for Place {
            fn $method(value: Handed<T>) -> Handed<T> {
                value
            }
        }

        // A `Result` is no payload, which is an error where it is declared to be one, and there alone.
        #[diagnostic::do_not_recommend]
        impl<Place: ?Sized, $($party: ?Sized,)+ T, E> $name<$($party,)+ Result<T, E>, T> for Place {
            fn $method(_: Handed<Result<T, E>>) -> Handed<T> {
                unreachable!("a `Result` is no payload")
            }
        }
    )*};
}

/// Makes traits that hold where their last parameter does: `Trait<types>[NUMBERS]`, of which it is none.
macro_rules! holds {
    ($($(#[$meta:meta])* $name:ident$(<$($party:ident),+>)?$([$($number:ident),+])?;)*) => {$(
        $(#[$meta])*
        pub trait $name<$($($party: ?Sized,)+)? $($(const $number: u64,)+)? const HOLDS: bool> {
            #[doc(hidden)]
            const CHECKED: ();
        }

        #[diagnostic::do_not_recommend]
        impl<Place: ?Sized, $($($party: ?Sized,)+)? $($(const $number: u64,)+)?>
            $name<$($($party,)+)? $($($number,)+)? true> for Place
        {
            const CHECKED: () = ();
        }
    )*};
}

pub(crate) use holds;

passes! {
    /// The output of agent `Up` is what agent `Down` expects.
    #[diagnostic::on_unimplemented(
        message = "agent `{Up}` outputs `{Out}`, but agent `{Down}` expects `{In}`",
        label = "`{Out}` cannot be handed off to `{Down}`",
        note = "make `output` of `{Up}` and `input` of `{Down}` the same type, or put an agent that turns `{Out}` into `{In}` between them"
    )]
    HandsOff<Up, Down>: fn hand_off(Out) -> In;

    /// What the barrier after `Up` hands on is what agent `Down` expects.
    #[diagnostic::on_unimplemented(
        message = "the barrier after agent `{Up}` hands on `{Out}`, but agent `{Down}` expects `{In}`",
        label = "`{Out}` cannot be handed off to `{Down}`",
        note = "`barrier(all)` hands on a `Vec` of what `{Up}` outputs, and every other barrier a `Partial` of it, because some may be missing: write the one that `{Down}` expects, or make what is handed on its input"
    )]
    PassesBarrier<Up, Down>: fn pass(Out) -> In;

    /// What a pipeline takes is what its first agent expects.
    #[diagnostic::on_unimplemented(
        message = "pipeline `{Pipeline}` takes `{Declared}`, but its first agent `{First}` expects `{In}`",
        label = "`{Declared}` cannot be handed off to `{First}`",
        note = "write `{Pipeline}({In})`, or start with an agent that takes `{Declared}`"
    )]
    Begins<Pipeline, First>: fn begin(Declared) -> In;

    /// What the last stage of a pipeline hands on is what the pipeline returns.
    #[diagnostic::on_unimplemented(
        message = "pipeline `{Pipeline}` returns `{Declared}`, but its last agent `{Last}` hands on `{Out}`",
        label = "`{Out}` is not the `{Declared}` that `{Pipeline}` returns",
        note = "write `-> {Out}`, or end with an agent that turns `{Out}` into `{Declared}`"
    )]
    Ends<Pipeline, Last>: fn end(Out) -> Declared;

    /// What the barrier at the end of a pipeline hands on is what the pipeline returns.
    #[diagnostic::on_unimplemented(
        message = "pipeline `{Pipeline}` returns `{Declared}`, but the barrier after agent `{Last}` hands on `{Out}`",
        label = "`{Out}` is not the `{Declared}` that `{Pipeline}` returns",
        note = "write `-> {Out}`, or end with an agent that turns `{Out}` into `{Declared}`"
    )]
    EndsWithBarrier<Pipeline, Last>: fn end(Out) -> Declared;

    /// What a `join`, a `map` or a pattern makes is what agent `Down` expects.
    #[diagnostic::on_unimplemented(
        message = "agent `{Down}` expects `{In}`, but what comes to it here is `{Out}`",
        label = "`{Out}` cannot be handed off to `{Down}`",
        note = "name an agent that takes `{Out}`, or put one that turns `{Out}` into `{In}` before `{Down}`"
    )]
    ComesTo<Down>: fn come(Out) -> In;

    /// What a `join` at the end of a pipeline hands on is what the pipeline returns.
    #[diagnostic::on_unimplemented(
        message = "pipeline `{Pipeline}` returns `{Declared}`, but its last stage hands on `{Out}`",
        label = "`{Out}` is not the `{Declared}` that `{Pipeline}` returns",
        note = "write `-> {Out}`, or end with an agent that turns `{Out}` into `{Declared}`"
    )]
    Leaves<Pipeline>: fn leave(Out) -> Declared;

    /// What the last agent of a loop outputs is what the first one expects.
    #[diagnostic::on_unimplemented(
        message = "agent `{Last}` outputs `{Out}` at the end of a round, but the next round begins with `{In}`",
        label = "`{Out}` cannot go round",
        note = "end the `repeat` with an agent that outputs `{In}`, or go on to `{Last}` after the loop"
    )]
    GoesRound<Last>: fn go_round(Out) -> In;

    /// Ways that come together hand on the same type.
    #[diagnostic::on_unimplemented(
        message = "agent `{Last}` outputs `{Out}` on this way, but agent `{First}` outputs `{Expected}` on the first",
        label = "`{Out}` is not the `{Expected}` that the first way hands on",
        note = "end all ways in the same type, or put an agent that turns `{Out}` into `{Expected}` after `{Last}`"
    )]
    Agrees<Last, First>: fn agree(Out) -> Expected;
}

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

/// Says in a compile error that `#[agent(input = …)]` and the function's signature disagree.
#[diagnostic::on_unimplemented(
    message = "agent `{Agent}` declares `input = {Declared}`, but its function takes `{Actual}`",
    label = "`{Agent}` takes `{Actual}`, not `{Declared}`",
    note = "write `input = {Actual}`, or leave `input` out: it is taken from the signature"
)]
pub trait Takes<Agent: ?Sized, Declared, Actual> {
    #[doc(hidden)]
    fn take(input: Declared) -> Actual;
}

#[diagnostic::do_not_recommend]
impl<Place, Agent: ?Sized, T> Takes<Agent, T, T> for Place {
    fn take(input: T) -> T {
        input
    }
}

/// Says in a compile error which agent asks what the runtime's state does not have.
#[diagnostic::on_unimplemented(
    message = "the runtime's state `{Self}` has no `{Of}`, which agent `{Agent}` asks",
    label = "`{Agent}` asks a `{Of}`, and `{Self}` has none",
    note = "hand the runtime a state that has one, with `Runtime::builder().state(…)`: a struct with a field of type `{Of}` and `#[derive(FromRef)]`"
)]
pub trait Asked<Of, Agent: ?Sized> {
    #[doc(hidden)]
    fn asked(&self) -> Of;
}

#[diagnostic::do_not_recommend]
impl<S, Of: FromRef<S>, Agent: ?Sized> Asked<Of, Agent> for S {
    fn asked(&self) -> Of {
        Of::from_ref(self)
    }
}

holds! {
    /// A budget of `Agent` is of at least one token.
    #[diagnostic::on_unimplemented(
        message = "agent `{Agent}` has a budget of 0 tokens: nothing is that small",
        label = "this is 0",
        note = "write at least 1, or leave the budget out where there is no bound"
    )]
    Budgeted<Agent>;

    /// At least one attempt of `Agent` may be under way at once.
    #[diagnostic::on_unimplemented(
        message = "agent `{Agent}` has a `concurrency` of 0: no attempt could begin",
        label = "this is 0",
        note = "write at least 1, or leave `concurrency` out where there is no bound"
    )]
    CalledAtOnce<Agent>;

    /// `Agent` may ask a model at least once.
    #[diagnostic::on_unimplemented(
        message = "agent `{Agent}` has a `max_turns` of 0: no model could be asked",
        label = "this is 0",
        note = "write at least 1, or leave `max_turns` out for 10"
    )]
    TakesTurns<Agent>;

    /// A model can tell the tools of `Agent` apart.
    #[diagnostic::on_unimplemented(
        message = "two tools of agent `{Agent}` have one name, so a model cannot tell them apart",
        label = "two of these are called the same",
        note = "give one of them another name: `#[agent(name = \"…\")]`"
    )]
    ToldApart<Agent>;

    /// The documentation of `Agent`, which is its prompt, is not empty.
    #[diagnostic::on_unimplemented(
        message = "agent `{Agent}` has no body, and no documentation, which is what it would ask",
        label = "its documentation is empty",
        note = "write the prompt into the text that is included, or as its doc comment: `/// …`"
    )]
    Documented<Agent>;

    /// The largest output of agent `Up` fits into the input budget of agent `Down`.
    #[diagnostic::on_unimplemented(
        message = "agent `{Up}` may output {MAX} tokens, but agent `{Down}` has an input budget of {BUDGET}",
        label = "up to {MAX} tokens do not fit into {BUDGET}",
        note = "lower `max_output_tokens` of `{Up}` to {BUDGET}, or raise `input_budget` of `{Down}` to {MAX}"
    )]
    WithinBudget<Up, Down>[MAX, BUDGET];

    /// The outputs of `WIDTH` tasks of agent `Up` fit together into the input budget of agent `Down`.
    ///
    /// They need `NEED = WIDTH × (MAX + 1) + 2` tokens: the outputs, a comma for each, and the brackets.
    #[diagnostic::on_unimplemented(
        message = "{WIDTH} tasks of agent `{Up}` may output {MAX} tokens each, {NEED} tokens together with commas and brackets, but agent `{Down}` has an input budget of {BUDGET}",
        label = "up to {NEED} tokens do not fit into {BUDGET}",
        note = "lower `max_output_tokens` of `{Up}`, allow fewer tasks (`max = …` in the `fan_out`, or `len(..=…)` on its field), or raise `input_budget` of `{Down}` to {NEED}"
    )]
    AllWithinBudget<Up, Down>[WIDTH, MAX, NEED, BUDGET];

    /// The outputs of the agents of a `join` fit together into the input budget of agent `Down`.
    ///
    /// They need the sum of `max_output_tokens + 1` over all agents, and 2 more: the outputs, a comma for each, and
    /// the brackets.
    #[diagnostic::on_unimplemented(
        message = "the agents of this `join` may output {NEED} tokens together with commas and brackets, but agent `{Down}` has an input budget of {BUDGET}",
        label = "up to {NEED} tokens do not fit into {BUDGET}",
        note = "lower `max_output_tokens` of the agents in the `join`, or raise `input_budget` of `{Down}` to {NEED}"
    )]
    JoinWithinBudget<Down>[NEED, BUDGET];

    /// The most tokens of an item, by its contract, fit into the input budget of agent `Down`.
    #[diagnostic::on_unimplemented(
        message = "an item `{Item}` may have {MAX} tokens (`max_tokens`), but agent `{Down}` has an input budget of {BUDGET}",
        label = "up to {MAX} tokens do not fit into {BUDGET}",
        note = "lower `max_tokens` of `{Item}` to {BUDGET}, or raise `input_budget` of `{Down}` to {MAX}"
    )]
    ItemWithinBudget<Item, Down>[MAX, BUDGET];

    /// A barrier does not ask for more successes than there can be tasks.
    #[diagnostic::on_unimplemented(
        message = "the barrier needs at least {NEEDED} tasks of agent `{Up}` to succeed, but there are at most {WIDTH}",
        label = "{NEEDED} of at most {WIDTH} can never succeed",
        note = "ask for at most {WIDTH}, or allow more tasks (`max = …` in the `fan_out`, or `len(..=…)` on its field)"
    )]
    WithinWidth<Up>[NEEDED, WIDTH];

    /// A fan-out may have at least one task.
    #[diagnostic::on_unimplemented(
        message = "a `fan_out` of at most 0 tasks does nothing",
        label = "no task fits",
        note = "write `max = …` with the most tasks there may be, at least 1"
    )]
    WidthBound;

    /// A fan-out may have at least one task under way.
    #[diagnostic::on_unimplemented(
        message = "a `fan_out` with 0 tasks under way at once never does anything",
        label = "no task may run",
        note = "write `concurrency = …` with the most tasks that may run at once, at least 1"
    )]
    TaskBound;

    /// A barrier's quorum can be reached, and can be missed.
    #[diagnostic::on_unimplemented(
        message = "the quorum of this barrier is 0, or more than 100 %",
        label = "not a quorum",
        note = "ask for at least 1 task, or for 1 % to 100 % of them; `barrier(settled)` is passed whatever happens"
    )]
    Quorum;

    /// A loop may have at least one round.
    #[diagnostic::on_unimplemented(
        message = "a `repeat` of at most 0 rounds does nothing",
        label = "no round fits",
        note = "write `max = …` with the most rounds there may be, at least 1"
    )]
    RoundsBound;

    /// A gate's threshold is a confidence.
    #[diagnostic::on_unimplemented(
        message = "the threshold of this gate is not in 0..=1, where every confidence is",
        label = "not a confidence",
        note = "write a threshold in 0..=1, such as `gate(confidence >= 0.6)`"
    )]
    Threshold;

    /// There is a confidence that a gate can test.
    ///
    /// A payload before it has a `#[confidence]`, or a barrier before it counts successes.
    #[diagnostic::on_unimplemented(
        message = "this gate has no confidence to test: `{Out}`, which comes from `{Up}`, has no field with `#[confidence]`, nor has anything before it",
        label = "`{Out}` says nothing of its confidence",
        note = "put `#[confidence]` on a field that holds a number in 0..=1, of the contract `{Out}` or of one before it, or leave the gate out",
        note = "a list, a text and a `Partial` have no such field: make a contract that holds them"
    )]
    Confident<Up, Out>;

    /// There is a confidence that a gate can test, on the branch that ends in agent `Up`.
    #[diagnostic::on_unimplemented(
        message = "this gate has no confidence to test where `{Up}` comes to it: `{Out}` has no field with `#[confidence]`, nor has anything else on this way",
        label = "not every way to here has a confidence: the one with `{Up}` has none",
        note = "put `#[confidence]` on a field of the contract `{Out}` that holds a number in 0..=1, or put the gate into the ways that have one",
        note = "a list, a text and a `Partial` have no such field: make a contract that holds them"
    )]
    ConfidentWay<Up, Out>;

    /// There is a confidence that a gate after a `join` can test: at least one of its agents states one.
    #[diagnostic::on_unimplemented(
        message = "this gate has no confidence to test: no agent of the `join` before it says how sure it is",
        label = "none of `{Out}` says anything of its confidence",
        note = "put `#[confidence]` on a field of one of them that holds a number in 0..=1, or leave the gate out"
    )]
    ConfidentJoin<Out>;
}
