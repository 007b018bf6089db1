//! How long to wait before an agent is tried again.

use crate::random;
use std::time::Duration;

/// The pauses between the attempts of an agent: exponential, with jitter.
///
/// The pause doubles after every failed attempt, up to a bound, and is a random duration between half of that
/// and all of it, so that agents that failed together do not come back together. This is the "equal jitter"
/// of [Exponential Backoff And
/// Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
///
/// It is set for all agents of a runtime with [`Builder::backoff`](crate::Builder::backoff), for one agent
/// where it is declared (`#[agent(backoff = "200ms..10s")]`), and for one agent of one runtime with
/// [`AgentOptions::backoff`](crate::AgentOptions::backoff).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Creates a backoff of at most `first` after the first failure, and at most `longest` after any.
    ///
    /// An error that asks for a longer pause ([`Verdict::After`](crate::Verdict::After)) gets it.
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
    /// At most 200 ms after the first failure, and at most 10 s after any.
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(10))
    }
}
