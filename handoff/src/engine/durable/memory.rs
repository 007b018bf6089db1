//! Entries in memory.

use super::times::now;
use super::{Entry, Head, JournalError, Store};
use crate::agent::AgentSpec;
use crate::contract::{self, Contract};
use crate::trace::TraceId;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store in memory, for tests, which may cut it anywhere. Clones share the entries.
#[derive(Clone, Default)]
pub struct Memory {
    entries: Arc<Mutex<Vec<Entry>>>,
}

impl Memory {
    /// Creates a store with these entries.
    #[must_use]
    #[inline]
    pub fn of(entries: Vec<Entry>) -> Self {
        Self { entries: Arc::new(Mutex::new(entries)) }
    }

    /// Returns the entries.
    #[must_use]
    #[inline]
    pub fn entries(&self) -> Vec<Entry> {
        self.state().clone()
    }

    #[inline]
    fn state(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Memory {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("entries", &self.state().len()).finish_non_exhaustive()
    }
}

impl Store for Memory {
    #[inline]
    async fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        self.state().extend_from_slice(entries);
        Ok(())
    }
}

impl Head {
    /// The version of the form in which entries are written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// Whether entries of this version can be read.
    ///
    /// # Errors
    ///
    /// It, and the one that is read here.
    #[inline]
    pub(super) fn is_known(version: u32) -> Result<(), String> {
        match version {
            Self::VERSION => Ok(()),
            other => {
                Err(format!("it is of version {other}, and this version of handoff reads {}", Self::VERSION))
            }
        }
    }

    /// Creates the head of a run of `P` that begins now, with this id and in this trace.
    ///
    /// # Errors
    ///
    /// Returns an error if the input cannot be written as JSON.
    #[inline]
    pub fn of<P: AgentSpec>(
        id: impl Into<String>,
        trace_id: TraceId,
        input: &P::Input,
    ) -> Result<Self, JournalError> {
        let json = contract::text(input).ok().and_then(|json| RawValue::from_string(json).ok());
        Ok(Self {
            version: Self::VERSION,
            id: id.into(),
            pipeline: P::ADDRESS.to_owned(),
            trace_id,
            parent: None,
            at: now(),
            deadline: None,
            shape: String::new(),
            schema: P::Input::fingerprint(),
            redacted: false,
            input: json.ok_or_else(|| JournalError::elsewhere("its input has no JSON"))?,
        })
    }
}
