//! When a fan-out has succeeded: the policies of barriers, and all that depends on which one it is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The condition under which a fan-out succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Policy {
    /// `barrier(all)`: every task succeeds.
    All,
    /// `barrier(at_least = 4)`: all tasks settle, and at least this many succeed.
    AtLeast(usize),
    /// `barrier(at_least = 80%)`: all tasks settle, and at least this share succeeds, rounded up to whole
    /// tasks.
    AtLeastPercent(u8),
    /// `barrier(first = 2)`: as soon as this many succeed, the rest is cancelled.
    ///
    /// No more successes than this become results; of those that are seen at once, the ones with the lowest
    /// indices do.
    First(usize),
    /// `barrier(settled)`: all tasks settle, however they end.
    Settled,
}

impl Policy {
    /// Returns how many of `total` tasks have to succeed.
    #[must_use]
    pub const fn needed(self, total: usize) -> usize {
        match self {
            Self::All => total,
            Self::AtLeast(count) | Self::First(count) => count,
            // Exact in 128 bits, for every width there can be.
            #[allow(clippy::cast_possible_truncation)] // at most `total`, for at most 100 %
            Self::AtLeastPercent(percent) => (total as u128 * percent as u128).div_ceil(100) as usize,
            Self::Settled => 0,
        }
    }

    /// Returns whether what `recover` made of a failed task counts as a success.
    pub(super) const fn takes_what_was_recovered(self) -> bool {
        match self {
            Self::All | Self::Settled => true,
            Self::AtLeast(_) | Self::AtLeastPercent(_) | Self::First(_) => false,
        }
    }

    /// Returns whether the barrier closes as soon as enough have succeeded, and stops the rest.
    pub(super) const fn stops_the_rest(self) -> bool {
        match self {
            Self::First(_) => true,
            Self::All | Self::AtLeast(_) | Self::AtLeastPercent(_) | Self::Settled => false,
        }
    }
}

/// As it is written between the parentheses of a barrier.
impl fmt::Display for Policy {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::AtLeast(count) => write!(f, "at_least = {count}"),
            Self::AtLeastPercent(percent) => write!(f, "at_least = {percent}%"),
            Self::First(count) => write!(f, "first = {count}"),
            Self::Settled => f.write_str("settled"),
        }
    }
}
