//! Times as they are kept: in milliseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Since 1970.
#[inline]
pub(super) fn now() -> u64 {
    millis_of(SystemTime::now())
}

#[inline]
pub(super) fn millis_of(time: SystemTime) -> u64 {
    millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// The same time by the clock of this process, for which what has passed is now.
#[inline]
pub(super) fn instant_of(at: u64) -> Option<Instant> {
    Instant::now().checked_add(Duration::from_millis(at.saturating_sub(now())))
}

#[inline]
pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[inline]
pub(in crate::engine) fn time_of(millis: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_millis(millis)).unwrap_or(UNIX_EPOCH)
}
