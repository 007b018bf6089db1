//! What the runs of a runtime have in common, whatever the application's state is.

use super::clock::Timers;
use super::limits::Limits;
use super::observer::Observer;
use super::options::Agents;
use super::shutdown::Runs;
use super::signals::Signals;
use super::surroundings::Carry;
use super::trace::Exported;
use crate::agent::Backoff;
use crate::baseline::Watch;
use crate::budget::Meter;
use crate::contract::Confidence;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What the runs of a runtime share.
pub(super) struct Common {
    pub(super) settings: Settings,
    /// One for each task in flight.
    pub(super) permits: Arc<Semaphore>,
    pub(super) timers: Timers,
    pub(super) runs: Arc<Runs>,
    pub(super) signals: Signals,
}

impl Common {
    pub(super) fn new(settings: Settings) -> Self {
        let permits = settings.limits.tasks_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        let permits = Arc::new(Semaphore::new(permits));
        let (timers, signals) = Default::default();
        Self { settings, permits, timers, runs: Arc::new(Runs::new()), signals }
    }
}

/// What a runtime gives to every run.
pub(crate) struct Settings {
    pub(crate) meter: Meter,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    pub(crate) min_confidence: Confidence,
    pub(crate) limits: Limits,
    pub(crate) backoff: Backoff,
    pub(crate) agents: Agents,
    pub(crate) carry: Option<Carry>,
    pub(crate) exported: Exported,
    pub(crate) watch: Option<Box<dyn Watch>>,
}
