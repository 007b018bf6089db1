//! What the attempts of one call leave to those that come after them.

use super::idempotency::CallId;
use crate::contract::ContractViolation;
use crate::error::ErrorKind;
use crate::trace::SpanId;
use std::any::Any;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What the attempts of a call have come to so far. Empty, and nothing on the heap, before the first has failed.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// What the call is known by, where that is not the attempt under way.
    call: Option<CallId>,
    failed: Option<Arc<ErrorKind>>,
    /// The last that was a broken contract, whatever failed since then.
    broken: Option<Arc<ErrorKind>>,
    pub(super) kept: OnceLock<Arc<Kept>>,
}

impl Before {
    /// That of a call which is known by this, though attempts of it may be made elsewhere.
    pub(super) fn of(call: CallId) -> Self {
        Self { call: Some(call), ..Self::default() }
    }

    /// The same, where each attempt has a copy: what one keeps, all others have.
    pub(super) fn shared(self) -> Self {
        self.kept.get_or_init(Arc::default);
        self
    }

    /// What the call is known by, in the attempt of this span.
    pub(super) fn call(&self, attempt: SpanId) -> CallId {
        self.call.unwrap_or(CallId::First(attempt))
    }

    /// One more attempt has failed, of this span.
    pub(super) fn push(&mut self, attempt: SpanId, error: ErrorKind) {
        self.call = Some(self.call(attempt));
        let error = Arc::new(error);
        if matches!(*error, ErrorKind::Contract(_)) {
            self.broken = Some(Arc::clone(&error));
        }
        self.failed = Some(error);
    }

    /// Why attempts have failed, as text for [`read`](Self::read). What was kept stays. `None` where none has.
    #[inline]
    pub(super) fn to_json(&self) -> Option<String> {
        let failed = self.failed.as_deref()?;
        let broken = self.broken.as_deref().filter(|broken| !std::ptr::eq(*broken, failed));
        Some(ErrorKind::several_to_json(&[Some(failed), broken].into_iter().flatten().collect::<Vec<_>>()))
    }

    /// The same of another process.
    #[inline]
    pub(super) fn read(&mut self, json: &str) -> Option<()> {
        let mut kinds = ErrorKind::several_from_json(json)?.into_iter().map(Arc::new);
        self.failed = Some(kinds.next()?);
        self.broken = kinds.next().or_else(|| self.failed.clone());
        Some(())
    }

    /// Why the last one failed.
    pub(super) fn failed(&self) -> Option<&ErrorKind> {
        self.failed.as_deref()
    }

    /// What was wrong with the last output that broke its contract.
    pub(super) fn broken(&self) -> Option<&ContractViolation> {
        match self.broken.as_deref() {
            Some(ErrorKind::Contract(violation)) => Some(violation),
            _ => None,
        }
    }
}

/// What an agent keeps for the later attempts of a call: a value of each type.
#[derive(Debug, Default)]
pub(super) struct Kept {
    values: Mutex<Vec<Box<dyn Any + Send>>>,
}

impl Kept {
    pub(super) fn set<T: Send + 'static>(&self, value: T) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|kept| !kept.is::<T>());
        values.push(Box::new(value));
    }

    pub(super) fn get<T: Clone + 'static>(&self) -> Option<T> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().find_map(|kept| kept.downcast_ref::<T>()).cloned()
    }
}
