//! BM25: how much a text is about some terms.

use std::collections::HashMap;

/// How soon a repeated term stops counting for more. Between 1.2 and 2 for most collections
/// (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009).
pub const K1: f64 = 1.2;

/// How much a text pays for being longer than the others: 0 not at all, 1 in full. The same
/// source gives 0.5 to 0.8, of which this is the least: a collection of doc comments and of whole
/// documents is as mixed as they come, and a table that answers should not lose to a line that
/// mentions.
pub const B: f64 = 0.5;

/// A text shorter than this share of the mean length gains nothing by being short: else a line of
/// two words would beat the paragraph that explains them. Not in the source.
pub const SHORTEST: f64 = 1.0;

/// An index of texts, each of them a bag of weighted terms.
///
/// Weights let a term in a heading count for more than one in the text, which is the way BM25F
/// treats fields: weighted frequencies are added up before they saturate.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// For each term, the texts that have it and its weight in them, in the order of the texts.
    postings: HashMap<String, Vec<(usize, f64)>>,
    /// The weight of all terms of each text.
    lengths: Vec<f64>,
    total: f64,
}

/// A text of an index, and how well it matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The number of the text, in the order in which they were added.
    pub text: usize,
    /// Its BM25 score: above 0, without an upper bound, to be compared within one query only.
    pub score: f64,
}

impl Index {
    /// Adds a text and gives its number.
    pub fn add(&mut self, terms: impl IntoIterator<Item = (String, f64)>) -> usize {
        let text = self.lengths.len();
        let mut length = 0.0;
        for (term, weight) in terms {
            length += weight;
            let postings = self.postings.entry(term).or_default();
            match postings.last_mut() {
                Some((last, sum)) if *last == text => *sum += weight,
                _ => postings.push((text, weight)),
            }
        }
        self.lengths.push(length);
        self.total += length;
        text
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Whether any text has `term`.
    #[must_use]
    pub fn knows(&self, term: &str) -> bool {
        self.postings.contains_key(term)
    }

    /// Whether text number `text` has `term`.
    #[must_use]
    pub fn has(&self, text: usize, term: &str) -> bool {
        self.weight(text, term) > 0.0
    }

    fn weight(&self, text: usize, term: &str) -> f64 {
        let postings = self.postings.get(term).map_or(&[][..], Vec::as_slice);
        postings.binary_search_by_key(&text, |&(text, _)| text).map_or(0.0, |place| postings[place].1)
    }

    /// How rare a term is, from about 0 for one that every text has: the logarithm of the odds
    /// against it, plus one lest it turn negative for frequent terms. A term that no text has is
    /// the rarest.
    #[must_use]
    pub fn rarity(&self, term: &str) -> f64 {
        let with = as_f64(self.postings.get(term).map_or(0, Vec::len));
        let without = as_f64(self.len()) - with;
        (1.0 + (without + 0.5) / (with + 0.5)).ln()
    }

    /// The score of one text for some terms, each of which should be named once.
    #[must_use]
    pub fn score(&self, text: usize, terms: &[String]) -> f64 {
        terms.iter().map(|term| self.gain(text, self.weight(text, term), self.rarity(term))).sum()
    }

    /// Every text that has one of the terms, the best first, ties in their own order.
    #[must_use]
    pub fn search(&self, terms: &[String]) -> Vec<Hit> {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for term in terms {
            let rarity = self.rarity(term);
            for &(text, weight) in self.postings.get(term).into_iter().flatten() {
                *scores.entry(text).or_default() += self.gain(text, weight, rarity);
            }
        }
        let mut hits: Vec<Hit> = scores.into_iter().map(|(text, score)| Hit { text, score }).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.text.cmp(&b.text)));
        hits
    }

    fn gain(&self, text: usize, weight: f64, rarity: f64) -> f64 {
        if weight <= 0.0 {
            return 0.0;
        }
        let mean = self.total / as_f64(self.len());
        let length = (self.lengths[text] / mean).max(SHORTEST);
        rarity * weight * (K1 + 1.0) / (weight + K1 * (1.0 - B + B * length))
    }
}

/// Counts of texts are far below the 2^53 up to which every integer is a `f64`.
#[expect(clippy::cast_precision_loss)]
fn as_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{Hit, Index};
    use crate::words::terms;

    fn index(texts: &[&str]) -> Index {
        let mut index = Index::default();
        for text in texts {
            index.add(terms(text).into_iter().map(|term| (term, 1.0)));
        }
        index
    }

    #[test]
    fn the_score_is_the_published_formula() {
        let index = index(&["red apple", "green apple apple pear", "blue plum"]);
        // Three texts, mean length 8/3; `apple` in two of them, twice in the second.
        let rarity = (1.0_f64 + 1.5 / 2.5).ln();
        let expected = rarity * 2.0 * 2.2 / (2.0 + 1.2 * (0.5 + 0.5 * 4.0 / (8.0 / 3.0)));
        assert!((index.score(1, &terms("apple")) - expected).abs() < 1e-12);
        assert!(index.score(2, &terms("apple")).abs() < f64::EPSILON);
    }

    #[test]
    fn searching_and_scoring_agree() {
        let index = index(&["a barrier waits", "workers fail", "the barrier fails when workers fail"]);
        let query = terms("which workers fail at a barrier");
        let hits = index.search(&query);
        assert_eq!(hits.iter().map(|hit| hit.text).collect::<Vec<_>>(), [2, 1, 0]);
        for Hit { text, score } in hits {
            assert!((score - index.score(text, &query)).abs() < 1e-12);
        }
    }

    #[test]
    fn rare_terms_weigh_more_and_missing_ones_most() {
        let index = index(&["agent plan", "agent work", "agent merge merge"]);
        assert!(index.rarity("agent") < index.rarity("plan"));
        assert!(index.rarity("plan") < index.rarity("unheard"));
        assert!(index.rarity("agent") > 0.0);
        assert!(index.search(&terms("unheard of")).is_empty());
        assert!(Index::default().search(&terms("anything")).is_empty());
    }

    #[test]
    fn a_short_text_beats_a_long_one_with_the_same_term() {
        let index =
            index(&["timeout one two three four five six seven eight nine", "timeout one", "timeout"]);
        let hits = index.search(&terms("timeout"));
        assert_eq!(hits[0].text, 1);
        assert!((hits[0].score - hits[1].score).abs() < 1e-12, "shorter than short is no better");
    }
}
