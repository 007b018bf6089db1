//! Things measured in turn, so that whatever else the machine does falls on all of them.

use std::fmt;
use std::time::Instant;

/// What is measured, and its name.
pub(crate) type Contestant<'a> = (&'a str, &'a dyn Fn());

/// What came of one contestant.
pub(crate) struct Measured {
    /// The median, in microseconds.
    micros: f64,
    /// Quartiles of its time over that of the first contestant in the same round.
    ratio: [f64; 3],
}

impl Measured {
    /// The time for one of `count` things that were done at once.
    pub(crate) fn for_each(mut self, count: u32) -> Self {
        self.micros /= f64::from(count);
        self
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lower, median, upper] = self.ratio;
        write!(f, "{:9.3}  {median:.2} ({lower:.2}–{upper:.2})", self.micros)
    }
}

/// Runs each contestant `batch` times in each of the rounds, taking turns at going first.
pub(crate) fn measure<'a>(
    rounds: u32,
    batch: u32,
    contestants: &[Contestant<'a>],
) -> impl Iterator<Item = (&'a str, Measured)> {
    let mut micros = vec![Vec::new(); contestants.len()];
    for round in 0..rounds as usize {
        for turn in 0..contestants.len() {
            let index = (round + turn) % contestants.len();
            let started = Instant::now();
            for _ in 0..batch {
                contestants[index].1();
            }
            micros[index].push(started.elapsed().as_secs_f64() * 1e6 / f64::from(batch));
        }
    }
    let first = micros[0].clone();
    let measured = contestants.iter().zip(micros).map(move |((name, _), micros)| {
        let ratio = quartiles(micros.iter().zip(&first).map(|(one, first)| one / first).collect());
        (*name, Measured { micros: quartiles(micros)[1], ratio })
    });
    measured.collect::<Vec<_>>().into_iter()
}

fn quartiles(mut sample: Vec<f64>) -> [f64; 3] {
    sample.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sample[(sample.len() - 1) * quarter / 4])
}
