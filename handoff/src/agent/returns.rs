//! What an agent's function may return, and what the wrapper makes of it.

use super::reply::{FinishReason, Reply};
use crate::contract::{Contract, ContractViolation};
use crate::error::{BoxError, ErrorKind, Verdict};
use std::convert::Infallible;

/// The reason why an attempt of an agent failed.
#[derive(Debug)]
pub enum Failure {
    /// The agent returned an error.
    Agent(BoxError),
    /// The agent's reply breaks its contract.
    Contract(ContractViolation),
    /// The agent's reply was cut off.
    Truncated(FinishReason),
    /// The agent's reply has more bytes than the runtime allows a payload to have.
    TooLarge {
        /// The most bytes that it may have.
        allowed: usize,
        /// The bytes that it has.
        found: usize,
    },
    /// The attempt was stopped because its run is being stopped.
    Halted(ErrorKind),
    /// The attempt was stopped because the tokio runtime shuts down.
    ShutDown,
}

impl Failure {
    /// What the agent's own error says that it is.
    pub(crate) fn of(error: BoxError) -> Self {
        match Verdict::of(&*error) {
            Some(Verdict::Contract(violation)) => Self::Contract(violation),
            Some(Verdict::Truncated(finish)) => Self::Truncated(finish),
            _ => Self::Agent(error),
        }
    }
}

/// What an agent's function returned when it returned no error.
#[doc(hidden)]
#[derive(Debug)]
pub enum Received<Out> {
    Output(Out),
    /// Not yet read: that takes the attempt, and a function that blocks has it not.
    Reply(Reply),
}

/// A return type that yields the output `Out`.
///
/// It is `Out`, a `Result` of it, a raw [`Reply`] or a `Result` of one. A reply is parsed, or is the output
/// itself if `Out` is `String`. `Kind` tells the four forms apart.
#[diagnostic::on_unimplemented(
    message = "agent `{Agent}` declares `output = {Out}`, but its function returns `{Actual}`",
    label = "`{Agent}` returns `{Actual}`, not `{Out}`",
    note = "an agent returns its output, a `Result` of its output, or a `Reply` that is parsed into it"
)]
pub trait Returns<Agent: ?Sized, Actual, Out, Kind> {
    /// The agent's own error.
    #[doc(hidden)]
    type Error;

    #[doc(hidden)]
    fn receive(returned: Actual) -> Result<Received<Out>, Self::Error>;
}

/// Which of its forms a return value has.
#[derive(Debug)]
pub struct Plain;
/// Which of its forms a return value has.
#[derive(Debug)]
pub struct Fallible;
/// Which of its forms a return value has.
#[derive(Debug)]
pub struct Raw;
/// Which of its forms a return value has.
#[derive(Debug)]
pub struct FallibleRaw;

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Agent: ?Sized, Out> Returns<Agent, Out, Out, Plain> for Place {
    type Error = Infallible;

    fn receive(returned: Out) -> Result<Received<Out>, Infallible> {
        Ok(Received::Output(returned))
    }
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Agent: ?Sized, Out, E> Returns<Agent, Result<Out, E>, Out, Fallible> for Place {
    type Error = E;

    fn receive(returned: Result<Out, E>) -> Result<Received<Out>, E> {
        returned.map(Received::Output)
    }
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Agent: ?Sized, Out: Contract> Returns<Agent, Reply, Out, Raw> for Place {
    type Error = Infallible;

    fn receive(returned: Reply) -> Result<Received<Out>, Infallible> {
        Ok(Received::Reply(returned))
    }
}

#[diagnostic::do_not_recommend]
impl<Place: ?Sized, Agent: ?Sized, Out: Contract, E> Returns<Agent, Result<Reply, E>, Out, FallibleRaw>
    for Place
{
    type Error = E;

    fn receive(returned: Result<Reply, E>) -> Result<Received<Out>, E> {
        returned.map(Received::Reply)
    }
}

/// An error that an agent may return.
#[diagnostic::on_unimplemented(
    message = "agent `{Agent}` fails with `{Self}`, which is no error that can be carried on",
    label = "`{Self}` is not `Into<Box<dyn Error + Send + Sync>>`",
    note = "implement `std::error::Error` for `{Self}` (it has to be `Send + Sync + 'static`), or return a `Box<dyn Error + Send + Sync>` or a `String`"
)]
pub trait Fails<Agent: ?Sized>: Sized {
    #[doc(hidden)]
    fn fail<T>(returned: Result<T, Self>) -> Result<T, Failure>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>, Agent: ?Sized> Fails<Agent> for E {
    fn fail<T>(returned: Result<T, E>) -> Result<T, Failure> {
        returned.map_err(|error| Failure::of(error.into()))
    }
}
