//! Where among the baseline's values a new one comes to stand, and how likely that was.
//!
//! Let n values be drawn independently from any continuous distribution, and be sorted. They leave n + 1 gaps:
//! below the least, between neighbours, above the greatest. Whatever the distribution is, the shares of it that
//! some runs of neighbouring gaps have are Dirichlet distributed, with the numbers of gaps as parameters (S. S.
//! Wilks, "Determination of sample sizes for setting tolerance limits", Annals of Mathematical Statistics 12, 1941;
//! J. W. Tukey, "Non-parametric estimation II", ibid. 18, 1947). So the runs that further values of the same
//! distribution fall into are those of a Pólya urn: the next one falls into a run with the probability of its gaps
//! among all, where each value that has fallen into it has made one gap more. That is exact for every n; there is
//! nothing to be estimated.
//!
//! The runs must be chosen by n alone. Equal values are put in an order at random, as one does with ties of ranks.

use super::draws::Draws;
use super::step::Step;
use super::tally::Tally;

/// The gaps between the values of a baseline, in runs: cells.
#[derive(Debug)]
pub(super) struct Urn {
    /// The values that stand between the cells.
    edges: Vec<Step>,
    /// The gaps of each cell, one more than there are edges.
    gaps: Vec<u64>,
    /// Of each value that is an edge.
    ties: Vec<Tie>,
}

/// The gaps around the values of the baseline that equal an edge.
#[derive(Debug)]
struct Tie {
    value: Step,
    /// The first cell that has some of them.
    first: usize,
    /// How many that cell has, and those after it.
    gaps: Vec<u64>,
}

impl Urn {
    #[inline]
    pub(super) fn of(tally: &Tally) -> Self {
        let n = tally.total();
        let mut urn = Self { edges: Vec::new(), gaps: Vec::new(), ties: Vec::new() };
        let ranks = ranks(n);
        let (mut ranks, mut last, mut below) = (ranks.into_iter().peekable(), 0, 0);
        for (value, count) in tally.steps() {
            let upto = below + count;
            let mut tie = Tie { value, first: urn.edges.len(), gaps: Vec::new() };
            let mut from = below;
            while let Some(rank) = ranks.next_if(|rank| *rank <= upto) {
                urn.edges.push(value);
                urn.gaps.push(rank - last);
                tie.gaps.push(rank - from);
                (last, from) = (rank, rank);
            }
            if !tie.gaps.is_empty() {
                tie.gaps.push(upto + 1 - from);
                urn.ties.push(tie);
            }
            below = upto;
        }
        urn.gaps.push(n + 1 - last);
        urn
    }

    /// The probability that the next value falls into one of the cells up to each edge.
    #[inline]
    pub(super) fn below_edges(&self) -> impl Iterator<Item = f64> + '_ {
        #[allow(clippy::cast_precision_loss, reason = "nobody hands on 2^52 payloads")]
        let share = |gaps: u64, total: u64| gaps as f64 / total as f64;
        let total = self.gaps.iter().sum();
        let below = self.gaps.iter().scan(0, |below, gaps| {
            *below += gaps;
            Some(*below)
        });
        below.take(self.edges.len()).map(move |below| share(below, total))
    }

    /// The cell that a new value falls into.
    #[inline]
    pub(super) fn place(&mut self, value: Step, draws: &mut Draws) -> usize {
        match self.ties.binary_search_by_key(&value, |tie| tie.value) {
            Ok(tie) => self.ties[tie].place(draws),
            Err(_) => self.edges.partition_point(|edge| *edge < value),
        }
    }

    /// A value has fallen into this cell.
    #[inline]
    pub(super) fn add(&mut self, cell: usize) {
        self.gaps[cell] += 1;
    }
}

impl Tie {
    #[inline]
    fn place(&mut self, draws: &mut Draws) -> usize {
        let mut gap = draws.below(self.gaps.iter().sum());
        let mut cell = 0;
        while cell + 1 < self.gaps.len() && gap >= self.gaps[cell] {
            gap -= self.gaps[cell];
            cell += 1;
        }
        self.gaps[cell] += 1;
        self.first + cell
    }
}

/// Which of n sorted values stand between the cells, counted from 1: the eighths, and towards both ends those that
/// leave 1, 2, 4, 8, … gaps beyond them, for what has been rare.
#[inline]
fn ranks(n: u64) -> Vec<u64> {
    let mut ranks: Vec<u64> = (1..8).map(|eighths| n * eighths / 8).collect();
    let mut gaps = 1;
    while gaps == 1 || gaps <= n / 8 {
        ranks.extend([gaps, (n + 1).saturating_sub(gaps)]);
        gaps *= 2;
    }
    ranks.retain(|rank| (1..=n).contains(rank));
    ranks.sort_unstable();
    ranks.dedup();
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_gaps_are_in_the_cells_however_many_values_are_equal() {
        for n in 0..300_u32 {
            for distinct in [1, 2, 5, 300] {
                let tally: Tally = (0..n).map(|i| Step::of(f64::from(i % distinct) + 1e3)).collect();
                let urn = Urn::of(&tally);
                assert_eq!(urn.gaps.iter().sum::<u64>(), u64::from(n) + 1);
                assert_eq!(urn.gaps.len(), urn.edges.len() + 1);
                for tie in &urn.ties {
                    assert_eq!(tie.gaps.iter().sum::<u64>(), tally.times(tie.value) + 1);
                    assert!(tie.first + tie.gaps.len() <= urn.gaps.len());
                }
            }
        }
    }

    /// What the urn says of the next value is how often it comes so.
    #[test]
    fn values_fall_where_the_urn_says_whatever_they_are() {
        const TRIALS: u32 = 8_000;
        let mut draws = Draws::of(["urn", "test"], 0);
        // Continuous, and with many equal ones, and nearly always the same.
        for distinct in [1_000_000, 3, 2] {
            let value = |draws: &mut Draws| {
                let number = draws.below(distinct);
                let is_rare = distinct == 2 && draws.below(10) > 0;
                Step(if is_rare { 0 } else { i32::try_from(number).unwrap() })
            };
            let mut expected = [0.0; 8];
            let mut found = [0.0; 8];
            for _ in 0..TRIALS {
                let tally: Tally = (0..20).map(|_| value(&mut draws)).collect();
                let mut urn = Urn::of(&tally);
                // Not the first one: the urn has to have learned of those before.
                for _ in 0..15 {
                    let cell = urn.place(value(&mut draws), &mut draws);
                    urn.add(cell);
                }
                let edges: Vec<f64> = urn.below_edges().collect();
                let cell = urn.place(value(&mut draws), &mut draws);
                for edge in 0..8 {
                    expected[edge] += edges[edge];
                    found[edge] += f64::from(u8::from(cell <= edge));
                }
            }
            for edge in 0..8 {
                let off = (found[edge] - expected[edge]) / f64::from(TRIALS).sqrt();
                // Each is the sum of that many differences of a variance of at most 1/4: five standard deviations.
                assert!(off.abs() < 2.5, "edge {edge} of {distinct}: {off}");
            }
        }
    }
}
