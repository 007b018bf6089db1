//! Whose turn it is: requests and tokens a minute, of a model and all that ask it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const MINUTE: f64 = 60.0;

/// What a model may be asked a minute.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    buckets: Option<Mutex<Buckets>>,
}

#[derive(Debug)]
struct Buckets {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

/// A token bucket that goes into debt: who draws waits until the debt is paid, so turns come in the order of drawing.
#[derive(Debug)]
struct Bucket {
    per_minute: f64,
    level: f64,
    at: Instant,
}

impl Limiter {
    pub(super) fn new(requests: Option<u32>, tokens: Option<u32>) -> Self {
        let bucket = |per_minute: Option<u32>| per_minute.map(Bucket::full);
        let buckets = Buckets { requests: bucket(requests), tokens: bucket(tokens) };
        let limited = buckets.requests.is_some() || buckets.tokens.is_some();
        Self { buckets: limited.then(|| Mutex::new(buckets)) }
    }

    /// Whether somebody has to count tokens for it.
    pub(super) fn counts_tokens(&self) -> bool {
        self.buckets().is_some_and(|buckets| buckets.tokens.is_some())
    }

    /// Draws a turn for a call of so many tokens.
    pub(super) fn draw(&self, tokens: u32) -> Turn<'_> {
        let now = Instant::now();
        let mut wait = Duration::ZERO;
        if let Some(mut buckets) = self.buckets() {
            let Buckets { requests, tokens: by_tokens } = &mut *buckets;
            for (bucket, amount) in [(requests, 1.0), (by_tokens, f64::from(tokens))] {
                if let Some(bucket) = bucket {
                    wait = wait.max(bucket.draw(amount, now));
                }
            }
        }
        Turn { limiter: self, at: now + wait, tokens: tokens.into(), called: false }
    }

    fn give_back(&self, requests: f64, tokens: f64) {
        if let Some(mut buckets) = self.buckets() {
            let Buckets { requests: by_requests, tokens: by_tokens } = &mut *buckets;
            for (bucket, amount) in [(by_requests, requests), (by_tokens, tokens)] {
                if let Some(bucket) = bucket {
                    bucket.level += amount;
                }
            }
        }
    }

    fn buckets(&self) -> Option<MutexGuard<'_, Buckets>> {
        Some(self.buckets.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Bucket {
    fn full(per_minute: u32) -> Self {
        let per_minute = f64::from(per_minute.max(1));
        Self { per_minute, level: per_minute, at: Instant::now() }
    }

    /// Draws an amount, and says how long until it is there.
    fn draw(&mut self, amount: f64, now: Instant) -> Duration {
        let refilled = now.saturating_duration_since(self.at).as_secs_f64() * self.per_minute / MINUTE;
        self.level = (self.level + refilled).min(self.per_minute);
        self.at = now;
        // What is more than a minute's worth waits for a minute's worth, and leaves the rest as a debt.
        let lacking = amount.min(self.per_minute) - self.level;
        self.level -= amount;
        Duration::from_secs_f64(lacking.max(0.0) * MINUTE / self.per_minute)
    }
}

/// A turn that was drawn. Dropped before the call, it is given back.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    limiter: &'a Limiter,
    at: Instant,
    tokens: f64,
    called: bool,
}

impl Turn<'_> {
    /// When it comes.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// The call begins.
    pub(super) fn begin(&mut self) {
        self.called = true;
    }

    /// Gives back what the call did not take.
    #[allow(clippy::cast_precision_loss, reason = "no call takes 2^53 tokens")]
    pub(super) fn settle(self, took: u64) {
        self.limiter.give_back(0.0, self.tokens - took as f64);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.called {
            self.limiter.give_back(1.0, self.tokens);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(turn: &Turn<'_>) -> Duration {
        turn.at().saturating_duration_since(Instant::now())
    }

    #[tokio::test(start_paused = true)]
    async fn turns_come_in_the_order_of_drawing() {
        let limiter = Limiter::new(Some(60), None);
        let waits: Vec<_> = (0..62)
            .map(|_| {
                let mut turn = limiter.draw(0);
                turn.begin();
                wait(&turn)
            })
            .collect();
        assert!(waits[..60].iter().all(Duration::is_zero), "a minute's worth comes at once");
        assert_eq!(waits[60..], [Duration::from_secs(1), Duration::from_secs(2)]);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(wait(&limiter.draw(0)).is_zero(), "the debt is paid");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_taken_is_given_back() {
        let limiter = Limiter::new(None, Some(600));
        let mut first = limiter.draw(600);
        first.begin();
        assert_eq!(wait(&limiter.draw(100)), Duration::from_secs(10));
        // That one was given back as it was dropped.
        assert_eq!(wait(&limiter.draw(100)), Duration::from_secs(10));
        first.settle(500);
        assert!(wait(&limiter.draw(100)).is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_a_minutes_worth_waits_for_a_minutes_worth() {
        let limiter = Limiter::new(None, Some(60));
        let mut large = limiter.draw(120);
        large.begin();
        assert!(wait(&large).is_zero());
        assert_eq!(wait(&limiter.draw(60)), Duration::from_mins(2));
    }
}
