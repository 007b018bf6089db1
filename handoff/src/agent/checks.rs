//! What is wrong with an agent by itself, as traits: see [`pipeline`](crate::pipeline) for what is
//! wrong between agents.

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

/// A budget of `Agent` is of at least one token.
#[diagnostic::on_unimplemented(
    message = "agent `{Agent}` has a budget of 0 tokens: nothing is that small",
    label = "this is 0",
    note = "write at least 1, or leave the budget out where there is no bound"
)]
pub trait Budgeted<Agent: ?Sized, const POSITIVE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Agent: ?Sized> Budgeted<Agent, true> for Place {
    const CHECKED: () = ();
}

/// At least one attempt of `Agent` may be under way at once.
#[diagnostic::on_unimplemented(
    message = "agent `{Agent}` has a `concurrency` of 0: no attempt could begin",
    label = "this is 0",
    note = "write at least 1, or leave `concurrency` out where there is no bound"
)]
pub trait CalledAtOnce<Agent: ?Sized, const POSITIVE: bool> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Agent: ?Sized> CalledAtOnce<Agent, true> for Place {
    const CHECKED: () = ();
}
