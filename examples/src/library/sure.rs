//! How likely it is that a quote answers.

use super::{Library, Quote, SAME, alike};
use crate::query::Query;
use crate::text::Kind;
use crate::words::terms;

/// What a term of the question counts for that a text has in other words only.
const IN_OTHER_WORDS: f64 = 0.8;

/// How far a text has what is asked for, where that cannot be seen.
const UNSEEN: f64 = 0.6;

/// As many words as these to look up are as good as any number of them.
const MANY_WORDS: usize = 5;

/// The logarithm of the odds that a quote answers: a sum of what can be told of it and of the question, each of it in
/// `0..=1`.
///
/// Found by logistic regression over the questions in `data/asked/tuned.tsv`, and 87 over the READMEs and changelogs of
/// other crates. Those in `data/asked/held.tsv` were not among them.
mod odds {
    /// Of a quote of which nothing can be told.
    pub(super) const AT_FIRST: f64 = -3.7;
    /// For a question that it covers in whole, with what stands around it.
    pub(super) const COVERED: f64 = 1.4;
    /// For a word of the question that is not even around it.
    pub(super) const LACKING: f64 = -1.7;
    /// For being what is asked for: a number, a name, a reason.
    pub(super) const OF_THE_KIND: f64 = 2.5;
    /// For being the only one: nothing else comes near.
    pub(super) const ALONE: f64 = 1.3;
    /// For a question of many words: what has them all is about the same.
    pub(super) const WORDS: f64 = 2.5;
}

impl Library {
    /// How likely the first of the quotes that were chosen answers the question, in `0..=1`, and the words of the
    /// question that none of them has. The headings above a quote count as its own words.
    ///
    /// `found` are those that were chosen among: two that fit equally well are a guess.
    #[must_use]
    pub fn answered<'q>(&self, query: &'q Query, chosen: &[Quote], found: &[Quote]) -> (f64, Vec<&'q str>) {
        let said: Vec<Vec<String>> = chosen.iter().map(|quote| self.said(quote)).collect();
        let missing = query.weighed().filter(|(term, kin, _)| {
            let is_said = |term: &str| said.iter().flatten().any(|said| said == term);
            !is_said(term) && !kin.iter().any(|kin| is_said(kin))
        });
        let missing = missing.map(|(term, ..)| query.word(term)).collect();
        let Some(best) = chosen.first() else { return (0.0, missing) };
        let words = terms(&best.text);
        let others = found.iter().filter(|quote| alike(&terms(&quote.text), &words) < SAME);
        let rival = others.map(|quote| quote.score).fold(0.0, f64::max);
        (self.likelihood(query, best, rival), missing)
    }

    /// How likely a quote answers, where the best of the others has the score `rival`.
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    fn likelihood(&self, query: &Query, quote: &Quote, rival: f64) -> f64 {
        let (own, part) = (terms(&quote.text), &self.parts[quote.section]);
        let mut passages = part.section.passages.iter();
        let number =
            passages.position(|passage| passage.line == quote.line && quote.text.contains(&passage.text));
        let kind = number.map_or(Kind::Prose, |number| part.section.passages[number].kind);
        let around = |term: &str| number.is_some_and(|number| self.passages.has(part.first + number, term));
        let has = |term: &str| own.iter().any(|own| own == term) || around(term);
        let asked: Vec<_> = query.weighed().filter(|(.., weight)| *weight >= 1.0).collect();
        let lacks = asked.iter().any(|(term, kin, _)| !has(term) && !kin.iter().any(|kin| has(kin)));
        let words = asked.len().min(MANY_WORDS) as f64 / MANY_WORDS as f64;
        let odds = odds::AT_FIRST
            + odds::COVERED * self.coverage(query, has)
            + if lacks { odds::LACKING } else { 0.0 }
            + odds::OF_THE_KIND * query.met_by(&quote.text, kind).unwrap_or(UNSEEN)
            + odds::ALONE * (1.0 - (rival / quote.score).min(1.0))
            + odds::WORDS * words;
        1.0 / (1.0 + (-odds).exp())
    }

    /// The share of a question that is covered, its terms weighed by how rare they are here: to
    /// miss the one word that matters is to miss most of the question.
    pub(super) fn coverage(&self, query: &Query, covers: impl Fn(&str) -> bool) -> f64 {
        let (mut all, mut covered) = (0.0, 0.0);
        for (term, kin, weight) in query.weighed() {
            let spoken = std::iter::once(term).chain(kin.iter().map(String::as_str));
            let spoken =
                spoken.filter(|word| self.sections.knows(word)).map(|word| self.sections.rarity(word));
            let rarity = weight * spoken.reduce(f64::max).unwrap_or_else(|| self.sections.rarity(term));
            all += rarity;
            covered += if covers(term) {
                rarity
            } else if kin.iter().any(|kin| covers(kin)) {
                IN_OTHER_WORDS * rarity
            } else {
                0.0
            };
        }
        covered / all
    }
}
