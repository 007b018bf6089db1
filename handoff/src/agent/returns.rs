//! What an agent's function may return, and what the wrapper makes of it.

use super::reply::{FinishReason, Reply};
use crate::contract::{Contract, ContractViolation};
use crate::error::BoxError;

/// Why an attempt of an agent came to nothing.
#[derive(Debug)]
pub enum Failure {
    /// The agent returned an error.
    Agent(BoxError),
    /// Its reply breaks the contract.
    Contract(ContractViolation),
    /// Its reply was cut off.
    Truncated(FinishReason),
}

/// A return type that comes to the output `Out`: `Out` itself, a `Result` of it, or a raw
/// [`Reply`] or a `Result` of one, which is parsed. `Kind` keeps the four apart.
#[diagnostic::on_unimplemented(
    message = "agent `{Agent}` declares `output = {Out}`, but its function returns `{Self}`",
    label = "`{Agent}` returns `{Self}`, which does not come to `{Out}`",
    note = "an agent returns its output, a `Result` of it whose error is `Into<Box<dyn Error + Send + Sync>>`, or a `Reply` that is parsed into it"
)]
pub trait Returns<Agent: ?Sized, Out, Kind> {
    #[doc(hidden)]
    fn settle(self) -> Result<Out, Failure>;
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
impl<Agent: ?Sized, Out> Returns<Agent, Out, Plain> for Out {
    fn settle(self) -> Result<Out, Failure> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<Agent: ?Sized, Out, E: Into<BoxError>> Returns<Agent, Out, Fallible> for Result<Out, E> {
    fn settle(self) -> Result<Out, Failure> {
        self.map_err(|error| Failure::Agent(error.into()))
    }
}

#[diagnostic::do_not_recommend]
impl<Agent: ?Sized, Out: Contract> Returns<Agent, Out, Raw> for Reply {
    fn settle(self) -> Result<Out, Failure> {
        if self.finish.is_cut_off() {
            return Err(Failure::Truncated(self.finish));
        }
        Out::parse(&self.text).map_err(Failure::Contract)
    }
}

#[diagnostic::do_not_recommend]
impl<Agent: ?Sized, Out: Contract, E: Into<BoxError>> Returns<Agent, Out, FallibleRaw> for Result<Reply, E> {
    fn settle(self) -> Result<Out, Failure> {
        let reply = self.map_err(|error| Failure::Agent(error.into()))?;
        <Reply as Returns<Agent, Out, Raw>>::settle(reply)
    }
}
