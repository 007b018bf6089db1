//! Two things measured in turn, so that whatever else the machine does falls on both.

use std::future::Future;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Runs in a batch: some half a millisecond, far above the clock's resolution and below the time
/// in which a machine's speed drifts.
const BATCH: u32 = 20;

/// The quartiles of a sample.
#[derive(Clone, Copy)]
pub struct Quartiles {
    pub lower: f64,
    pub median: f64,
    pub upper: f64,
}

impl Quartiles {
    fn of(mut sample: Vec<f64>) -> Self {
        sample.sort_by(f64::total_cmp);
        let at = |quarters: usize| sample[(sample.len() - 1) * quarters / 4];
        Self { lower: at(1), median: at(2), upper: at(3) }
    }
}

/// What came of measuring a pair.
pub struct Pair {
    /// Microseconds a run of the first takes.
    pub first: Quartiles,
    /// Microseconds a run of the second takes.
    pub second: Quartiles,
    /// The time of the first over that of the second, batch by batch.
    pub ratio: Quartiles,
}

/// Measures two kinds of run in `rounds` pairs of batches. Which comes first alternates.
pub fn measure<A, B>(
    tokio: &Runtime,
    rounds: u32,
    first: impl Fn() -> A + Clone + Send + 'static,
    second: impl Fn() -> B + Clone + Send + 'static,
) -> Pair
where
    A: Future + Send,
    B: Future + Send,
{
    let (mut firsts, mut seconds, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let (a, b) = if round % 2 == 0 {
            let a = batch(tokio, first.clone());
            (a, batch(tokio, second.clone()))
        } else {
            let b = batch(tokio, second.clone());
            (batch(tokio, first.clone()), b)
        };
        firsts.push(micros(a));
        seconds.push(micros(b));
        ratios.push(micros(a) / micros(b));
    }
    Pair { first: Quartiles::of(firsts), second: Quartiles::of(seconds), ratio: Quartiles::of(ratios) }
}

/// The time a batch takes in a task of the runtime, where a server's runs are too.
fn batch<F: Future + Send>(tokio: &Runtime, run: impl Fn() -> F + Send + 'static) -> Duration {
    let batch = tokio.spawn(async move {
        let started = Instant::now();
        for _ in 0..BATCH {
            run().await;
        }
        started.elapsed()
    });
    tokio.block_on(batch).expect("no run panics")
}

fn micros(batch: Duration) -> f64 {
    batch.as_secs_f64() * 1e6 / f64::from(BATCH)
}
