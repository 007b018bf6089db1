//! How strong the evidence is that a habit has changed: a bet against it.
//!
//! Whoever bets that the next value falls into some cells, which it does with probability p as long as nothing has
//! changed, and stakes the share λ of what he has, is left with (1 − λ) + λ/p times as much where he is right and
//! (1 − λ) times where not: as much as before, on average. So what he has is a martingale that begins at 1, and by
//! Ville's inequality the chance that it *ever* reaches c is at most 1/c, however long one looks (J. Ville, "Étude
//! critique de la notion de collectif", 1939; G. Shafer, "Testing by betting", Journal of the Royal Statistical
//! Society A 184, 2021).
//!
//! Here many bet at once, each with an equal part of the 1: for each edge between cells one on what is below it and
//! one on what is above, with λ = ¼ and with λ = ¾. And each of them does not know when the change is, so he begins
//! to bet 1/(s(s + 1)) of his part with the s-th value, for every s. All together are one martingale again.

use super::draws::Draws;
use super::step::Step;
use super::tally::Tally;
use super::urn::Urn;

/// What is staked.
const STAKES: [f64; 2] = [0.25, 0.75];

/// The bets at an edge.
const SIDES: usize = 2 * STAKES.len();

/// Beyond what anybody asks for. Evidence is cut here, so that it can be seen to fade.
const ENOUGH: f64 = 1e15;

/// The bets on the values of one habit.
#[derive(Debug)]
pub(super) struct Evidence {
    urn: Urn,
    /// How likely it was, by the baseline alone, that a value falls below each edge.
    at_first: Vec<f64>,
    /// What each bet has come to, in the order of [`sides`].
    bets: Vec<f64>,
    /// How many values have been bet on.
    seen: f64,
}

/// A bet: that values fall below an edge, or above it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bet {
    edge: usize,
    is_below: bool,
    stake: f64,
    /// The probability of that.
    chance: f64,
}

impl Bet {
    #[inline]
    pub(super) fn factor(&self, cell: usize) -> f64 {
        let is_right = (cell <= self.edge) == self.is_below;
        (1.0 - self.stake) + if is_right { self.stake / self.chance } else { 0.0 }
    }
}

/// All bets, given how likely it is that the next value falls below each edge.
#[inline]
fn sides(below_edges: impl Iterator<Item = f64>) -> impl Iterator<Item = Bet> {
    below_edges.enumerate().flat_map(|(edge, below)| {
        [(true, below), (false, 1.0 - below)].into_iter().flat_map(move |(is_below, chance)| {
            STAKES.into_iter().map(move |stake| Bet { edge, is_below, stake, chance })
        })
    })
}

impl Evidence {
    #[inline]
    pub(super) fn against(tally: &Tally) -> Self {
        let urn = Urn::of(tally);
        let at_first: Vec<f64> = urn.below_edges().collect();
        let bets = vec![0.0; at_first.len() * SIDES];
        Self { urn, at_first, bets, seen: 0.0 }
    }

    /// Takes a value into account, and says which cell it is in.
    #[inline]
    pub(super) fn add(&mut self, value: Step, draws: &mut Draws) -> usize {
        let Self { urn, bets, seen, .. } = self;
        let cell = urn.place(value, draws);
        *seen += 1.0;
        let begins = 1.0 / (*seen * (*seen + 1.0));
        // As `sides` has them, and each edge at once: this is most of what a payload costs.
        for (edge, (bets, below)) in bets.chunks_exact_mut(SIDES).zip(urn.below_edges()).enumerate() {
            let (lower, upper) = bets.split_at_mut(STAKES.len());
            let (right, wrong, chance) =
                if cell <= edge { (lower, upper, below) } else { (upper, lower, 1.0 - below) };
            for ((right, wrong), stake) in right.iter_mut().zip(wrong).zip(STAKES) {
                *right = ((*right + begins) * (1.0 - stake + stake / chance)).min(ENOUGH);
                *wrong = (*wrong + begins) * (1.0 - stake);
            }
        }
        urn.add(cell);
        cell
    }

    /// How strong the evidence is: as long as nothing has changed, the chance that it ever reaches c is at most 1/c.
    #[inline]
    pub(super) fn strength(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "some hundred at most")]
        let bets = self.bets.len().max(1) as f64;
        // What has not been bet yet, 1/(seen + 1), is left out.
        self.bets.iter().sum::<f64>() / bets
    }

    /// The bet that has won most, at the odds of the baseline alone: what has been seen since is not in them.
    #[inline]
    pub(super) fn best(&self) -> Option<Bet> {
        let bets = self.bets.iter().zip(sides(self.at_first.iter().copied()));
        bets.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, bet)| bet)
    }

    /// Begins to bet anew. What has been seen stays in the urn, since it came before what is to come.
    #[inline]
    pub(super) fn begin_anew(&mut self) {
        self.bets.fill(0.0);
        self.seen = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Value<'a> = &'a dyn Fn(&mut Draws) -> f64;

    /// The strongest evidence in a stream of such values, against a baseline of `known` of them.
    fn strongest(known: u32, value: Value<'_>, draws: &mut Draws) -> f64 {
        let tally: Tally = (0..known).map(|_| Step::of(value(draws))).collect();
        let mut evidence = Evidence::against(&tally);
        let strengths = (0..150).map(|_| {
            evidence.add(Step::of(value(draws)), draws);
            evidence.strength()
        });
        strengths.fold(0.0, f64::max)
    }

    /// Of 300 baselines and streams of a kind, 30 may ever reach 10; 59 are more by over five standard deviations.
    #[test]
    fn evidence_against_what_has_not_changed_is_as_rare_as_is_said() {
        let number = |draws: &mut Draws| f64::from(u32::try_from(draws.below(1_000_000)).unwrap());
        let kinds: [(&str, Value<'_>); 5] = [
            ("any number", &number),
            ("a long tail", &|draws| 1e6 / (number(draws) + 1.0)),
            ("one of four", &|draws| (number(draws) / 250_000.0).floor()),
            ("seldom something else", &|draws| f64::from(u8::from(number(draws) < 20_000.0))),
            ("always the same", &|_| 7.0),
        ];
        let mut draws = Draws::of(["evidence", "test"], 0);
        for (kind, value) in kinds {
            for known in [1, 20, 300] {
                let strengths = (0..300).map(|_| strongest(known, value, &mut draws));
                let false_alarms = strengths.filter(|strength| *strength >= 10.0).count();
                assert!(false_alarms < 59, "{kind}, of {known}: {false_alarms}");
            }
        }
    }

    #[test]
    fn what_has_changed_is_found_soon() {
        let tally: Tally = (0..200).map(|i| Step::of_count(80 + i % 60)).collect();
        let mut evidence = Evidence::against(&tally);
        let mut draws = Draws::of(["evidence", "test"], 1);
        let found = (1..100).find(|_| {
            evidence.add(Step::of_count(3), &mut draws);
            evidence.strength() >= 1e4
        });
        assert!(found.is_some_and(|found| found <= 6), "{found:?}");
        evidence.begin_anew();
        assert!(evidence.strength() < 1.0, "{evidence:?}");
    }
}
