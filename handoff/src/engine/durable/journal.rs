//! What the engine asks of whatever makes calls, and of whatever keeps how they ended.

use super::{Call, Entry, JournalError, Outcome};
use std::future::{Future, ready};
use std::time::Duration;

/// The number of a request of a run: the same whenever the run is resumed.
pub type Ticket = u64;

/// Makes the calls of a run, and records their outcomes.
///
/// # Requirements
///
/// - **Order.** An outcome is recorded before [`first`](Self::first) returns it, and outcomes are returned in
///   the same order when the run is resumed. As long as they are, the run makes the same requests in the same
///   order.
/// - **At least once.** A call whose outcome is not recorded is made again, with the same [`key`](Call::key).
/// - **No end of its own.** Only the run itself ends for good. A journal that cannot go on returns [`Stop`],
///   and the run can be resumed.
///
/// All methods are called by one driver, one after the other, so nothing needs to be `Send`.
pub trait Journal {
    /// Begins a call, without waiting for it.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Mismatch`] if another call was recorded at this place, and any other error
    /// that prevents the call.
    fn call(&mut self, ticket: Ticket, call: Call) -> Result<(), JournalError>;

    /// Starts a timer. One that another process started fires when it would have fired there.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`call`](Self::call).
    fn sleep(&mut self, ticket: Ticket, timer: Timer) -> Result<(), JournalError>;

    /// Waits for the first outcome among the requests that were neither [cancelled](Self::cancel) nor
    /// returned before.
    ///
    /// # Errors
    ///
    /// Returns the reason why there will be no further outcome.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: an outcome that was recorded is returned by the next call.
    fn first(&mut self) -> impl Future<Output = Result<(Ticket, Outcome), Stop>>;

    /// Cancels requests, in this order, and makes sure that they stop. Their outcomes are no longer returned.
    ///
    /// # Errors
    ///
    /// Returns an error if that cannot be recorded.
    fn cancel(&mut self, tickets: Vec<Ticket>) -> impl Future<Output = Result<(), JournalError>>;

    /// Stops what is under way in this process, since the run is to be resumed elsewhere.
    ///
    /// It is called after a shutdown, for instance. Nothing is cancelled or recorded by it, and calls that
    /// other processes make go on. Does nothing by default.
    #[inline]
    fn leave(&mut self) -> impl Future<Output = ()> {
        ready(())
    }

    /// Returns `true` if the next outcome was returned before, in another process.
    ///
    /// Observers were told of it then, and are not told again. The default is `false`.
    #[inline]
    fn is_replaying(&self) -> bool {
        false
    }

    /// Returns whether the outcome that [`first`](Self::first) returned last was returned before, for a journal
    /// that only knows it afterwards.
    ///
    /// It overrides what [`is_replaying`](Self::is_replaying) said beforehand. The default is `None`.
    #[inline]
    fn was_replayed(&self) -> Option<bool> {
        None
    }
}

/// A timer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer {
    /// The place of the timer: unique among the timers of the run, and the same whenever it is resumed.
    pub place: String,
    /// The time from now until it fires.
    pub after: Duration,
}

/// The reason why a journal returns no further outcomes.
#[derive(Debug)]
pub enum Stop {
    /// The run was cancelled, in its journal.
    Cancelled,
    /// This process goes away, or must not go on with the run. Another one will.
    Gone,
    /// The journal cannot go on.
    Failed(JournalError),
}

/// Records the entries of one run: all that an engine needs whose agents run in this process.
pub trait Store: Send + 'static {
    /// Appends entries: all of them or, after a crash, a prefix of them. They are durable when it returns.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be recorded.
    fn append(&mut self, entries: &[Entry]) -> impl Future<Output = Result<(), JournalError>> + Send;
}
