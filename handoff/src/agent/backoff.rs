//! How long to wait before an agent is tried again.

use crate::random;
use std::time::Duration;

/// How long to wait before an agent is tried again, for all agents of a runtime
/// ([`Builder::backoff`](crate::Builder::backoff)) or for one (`#[agent(backoff = "200ms..10s")]`): twice as
/// long after every failure, up to a bound, and then some random part between a half and all of it, so that
/// agents that failed together do not come back together ("equal jitter", as in
/// [Exponential Backoff And Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Waits at most `first` after the first failure, and at most `longest` after any; but for an error that
    /// asks for more itself ([`Verdict::After`](crate::Verdict::After)).
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// How long to wait after so many failed attempts, at least one.
    pub(crate) fn pause_after(&self, attempts: u32) -> Duration {
        self.pause(attempts, random::fraction())
    }

    /// The same with this fraction, in `0..1`, of what is random.
    pub(crate) fn pause(&self, attempts: u32, fraction: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let bound = self.first.saturating_mul(doubled).min(self.longest);
        let half = bound / 2;
        half + half.mul_f64(fraction)
    }
}

impl Default for Backoff {
    /// At most 200 ms first, 10 s at the longest.
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(10))
    }
}
