//! What the engine asks of whatever makes calls, and of whatever keeps how they ended.

use super::{Call, Entry, JournalError, Outcome};
use std::future::{Future, ready};
use std::time::Duration;

/// Names what a run has asked for, by the order in which it was: the same wherever the run is gone on with.
pub type Ticket = u64;

/// Makes calls, and keeps how they ended.
///
/// # What it has to keep to
///
/// - **Order.** What [`first`](Self::first) has said is kept before it is said, and said again in the same order where
///   the run is gone on with. As long as it is, the run asks for the same, in the same order.
/// - **At least once.** A call whose end is not kept is made again, with the same [`key`](Call::key).
/// - **Nothing else is new.** What ends a run for good comes from the run: a journal that cannot go on says so with
///   [`Stop`], and the run stays as it is.
///
/// All methods are called by one driver, one after the other, so nothing of it need be `Send`.
pub trait Journal {
    /// Begins a call, and does not wait for it.
    ///
    /// # Errors
    ///
    /// [`JournalError::Mismatch`] where another call is kept at this place; and whatever else keeps it from beginning.
    fn call(&mut self, ticket: Ticket, call: Call) -> Result<(), JournalError>;

    /// Begins to wait. A timer that another process has begun is over when it would have been there.
    ///
    /// # Errors
    ///
    /// As those of [`call`](Self::call).
    fn sleep(&mut self, ticket: Ticket, timer: Timer) -> Result<(), JournalError>;

    /// Says what has come to its end first, of what has begun and was neither [given up](Self::cancel) nor said before.
    ///
    /// # Errors
    ///
    /// Why nothing more will come.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: what has been kept is said by the next call.
    fn first(&mut self) -> impl Future<Output = Result<(Ticket, Outcome), Stop>>;

    /// Gives up what was asked for, in this order, and sees to it that it stops. Nothing of it is said any more.
    ///
    /// # Errors
    ///
    /// It cannot be kept.
    fn cancel(&mut self, tickets: Vec<Ticket>) -> impl Future<Output = Result<(), JournalError>>;

    /// Stops what is under way in this process, because the run is driven no further here and is to go on elsewhere, after
    /// a shutdown, say. Nothing is given up by that, and nothing is kept of it: calls that others make go on.
    fn leave(&mut self) -> impl Future<Output = ()> {
        ready(())
    }

    /// Whether what comes next was said before: observers have been told of it then, and are not again.
    fn is_replaying(&self) -> bool {
        false
    }
}

/// Something to be waited for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer {
    /// Where in the run: unique among its timers, and the same wherever the run is gone on with.
    pub place: String,
    /// How long, from now.
    pub after: Duration,
}

/// Why a journal says nothing more.
#[derive(Debug)]
pub enum Stop {
    /// The run has been cancelled, where it is kept.
    Cancelled,
    /// This process goes away, or is not to go on with the run. Another one will.
    Gone,
    /// It cannot go on.
    Failed(JournalError),
}

/// Keeps the entries of one run: all that an engine has to be whose agents run in this process.
pub trait Store: Send + 'static {
    /// Adds entries at the end: all of them or, after a crash, a first part. Once it returns, they are kept.
    ///
    /// # Errors
    ///
    /// They cannot be kept.
    fn append(&mut self, entries: &[Entry]) -> impl Future<Output = Result<(), JournalError>> + Send;
}
