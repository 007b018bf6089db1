//! A corpus that answers: what to read, which passages answer, how much of the question they cover.

use std::path::Path;

use crate::corpus::{Corpus, LoadError};
use crate::query::Query;
use crate::rank::Index;
use crate::text::{Format, Kind, Passage, Section, sections};
use crate::words::terms;

/// What a term counts for, by where it stands. The text itself counts 1; these were chosen by hand.
mod weight {
    /// In a section's own heading.
    pub(super) const HEADING: f64 = 2.0;
    /// In the headings above it.
    pub(super) const ABOVE: f64 = 1.0;
    /// In the name of the file.
    pub(super) const NAME: f64 = 0.5;
    /// In code.
    pub(super) const CODE: f64 = 0.5;
    /// For a passage: in the headings it stands under.
    pub(super) const CONTEXT: f64 = 0.4;
    /// For a passage: in the sentence before it in the same paragraph, which it may refer to.
    pub(super) const BEFORE: f64 = 0.25;
}

/// What a section of a Rust source counts for beside one of a document: documents explain, sources
/// mention.
const OF_A_SOURCE: f64 = 0.8;

/// A section that scores less than this share of the best one is not worth reading.
const WORTH_READING: f64 = 0.25;

/// A passage that scores less than this share of the best one is not worth quoting.
const WORTH_QUOTING: f64 = 0.5;

/// Passages that share this much of their terms say the same.
const SAME: f64 = 0.7;

/// An indexed corpus.
#[derive(Clone, Debug)]
pub struct Library {
    corpus: Corpus,
    parts: Vec<Part>,
    /// One text for each part.
    sections: Index,
    /// One text for each passage, numbered through all parts.
    passages: Index,
}

/// A section and where it is from.
#[derive(Clone, Debug)]
struct Part {
    file: usize,
    section: Section,
    /// The number of its first passage.
    first: usize,
}

/// A section that is worth reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Its number in the library.
    pub section: usize,
    /// Its BM25 score as a share of the best section's, in `0..=1`.
    pub relevance: f64,
    /// The share of the question that it covers by itself, in `0..=1`.
    pub coverage: f64,
}

/// A passage that answers, or helps to.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The section it is from.
    pub section: usize,
    /// The line it starts on, counted from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
    /// How well it answers: to be compared between quotes for the same question only.
    pub score: f64,
}

impl Library {
    /// Loads and indexes the file or folder at `path`.
    ///
    /// # Errors
    ///
    /// [`LoadError`], as [`Corpus::load`] says.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        Corpus::load(path).map(Self::new)
    }

    /// Indexes a corpus.
    #[must_use]
    pub fn new(corpus: Corpus) -> Self {
        let mut library =
            Self { corpus, parts: Vec::new(), sections: Index::default(), passages: Index::default() };
        for file in 0..library.corpus.files.len() {
            let source = &library.corpus.files[file];
            let name = Path::new(&source.path).file_stem().map(|stem| terms(&stem.to_string_lossy()));
            let name = weighted(name.unwrap_or_default(), weight::NAME);
            for section in sections(&source.text, source.format) {
                let (own, above) =
                    section.headings.split_last().map_or((None, &[][..]), |(own, above)| (Some(own), above));
                let own = own.map_or_else(Vec::new, |own| terms(own));
                let above: Vec<String> = above.iter().flat_map(|heading| terms(heading)).collect();
                let first = library.passages.len();
                let mut whole = name.clone();
                whole.extend(weighted(own.clone(), weight::HEADING));
                whole.extend(weighted(above.clone(), weight::ABOVE));
                let mut before: (usize, Vec<String>) = (0, Vec::new());
                for passage in &section.passages {
                    let text = terms(&passage.text);
                    let code = if passage.kind == Kind::Code { weight::CODE } else { 1.0 };
                    whole.extend(weighted(text.clone(), code));
                    let mut bag = weighted(text.clone(), 1.0);
                    bag.extend(weighted(own.iter().chain(&above).cloned(), weight::CONTEXT));
                    if before.0 == passage.block {
                        bag.extend(weighted(before.1, weight::BEFORE));
                    }
                    library.passages.add(bag);
                    before = (passage.block, text);
                }
                library.sections.add(whole);
                library.parts.push(Part { file, section, first });
            }
        }
        library
    }

    /// The corpus.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// How many sections there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The section of a number, if there is one.
    #[must_use]
    pub fn section(&self, number: usize) -> Option<&Section> {
        self.parts.get(number).map(|part| &part.section)
    }

    /// The path of the file that a section is from.
    ///
    /// # Panics
    ///
    /// If there is no section of that number.
    #[must_use]
    pub fn path(&self, section: usize) -> &str {
        &self.corpus.files[self.parts[section].file].path
    }

    /// The sections to read for a question, the best first, at most `most` of them.
    ///
    /// Those with far lower scores than the best are left out; there is none where no section has
    /// a word of the question.
    #[must_use]
    pub fn leads(&self, query: &Query, most: usize) -> Vec<Lead> {
        let mut hits = self.sections.search(query.terms());
        for hit in &mut hits {
            hit.score *= self.standing(hit.text);
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = hits.first().map_or(1.0, |hit| hit.score);
        hits.iter()
            .map(|hit| (hit.text, hit.score / best))
            .take_while(|(_, relevance)| *relevance >= WORTH_READING)
            .take(most)
            .map(|(section, relevance)| Lead {
                section,
                relevance,
                coverage: self.coverage(query, |term| self.sections.has(section, term)),
            })
            .collect()
    }

    /// How far the sections of a plan bear on the question, in `0..=1`: the mean of what they
    /// cover together, and of what the best of them covers by itself. (Words that stand far apart
    /// cover a question together, and often answer nothing.)
    #[must_use]
    pub fn confidence(&self, query: &Query, leads: &[Lead]) -> f64 {
        let together =
            self.coverage(query, |term| leads.iter().any(|lead| self.sections.has(lead.section, term)));
        let best = leads.iter().map(|lead| lead.coverage).fold(0.0, f64::max);
        f64::midpoint(together, best)
    }

    /// The words of a question that stand nowhere in the library.
    #[must_use]
    pub fn absent<'q>(&self, query: &'q Query) -> Vec<&'q str> {
        let absent = query.terms().iter().filter(|term| !self.sections.knows(term));
        absent.map(|term| query.word(term)).collect()
    }

    /// The passages of a section that answer best, the best first, at most `most` of them.
    ///
    /// `relevance` is that of the section; passages of a section that is less about the question
    /// count for less.
    ///
    /// # Panics
    ///
    /// If there is no section of that number.
    #[must_use]
    pub fn quotes(&self, query: &Query, section: usize, relevance: f64, most: usize) -> Vec<Quote> {
        let part = &self.parts[section];
        let heading = part.section.headings.last().map_or_else(Vec::new, |heading| terms(heading));
        let asked = |words: &[String]| query.terms().iter().any(|term| words.contains(term));
        let under = asked(&heading);
        let score = |(number, passage): (usize, &Passage)| {
            // What stands under "Licence" is about the licence, whether it says so or not.
            let about = asked(&terms(&passage.text)) || (under && passage.kind == Kind::Prose);
            let score = self.passages.score(part.first + number, query.terms());
            let score = score * query.fit(&passage.text, passage.kind);
            let score = score * self.standing(section) * (0.6 + 0.4 * relevance);
            (about && score > 0.0).then(|| Quote {
                section,
                line: passage.line,
                text: passage.text.clone(),
                score,
            })
        };
        let mut quotes: Vec<Quote> = part.section.passages.iter().enumerate().filter_map(score).collect();
        sort(&mut quotes);
        quotes.truncate(most);
        quotes
    }

    /// Chooses among quotes what to answer with, the best first, at most `most` of them: nothing
    /// that says the same twice, nothing far worse than the best unless it covers words of the
    /// question that the better ones do not.
    #[must_use]
    pub fn choose(&self, query: &Query, mut quotes: Vec<Quote>, most: usize) -> Vec<Quote> {
        sort(&mut quotes);
        let best = quotes.first().map_or(0.0, |quote| quote.score);
        let mut chosen: Vec<(Quote, Vec<String>)> = Vec::new();
        for quote in quotes {
            let words = terms(&quote.text);
            let news = query
                .terms()
                .iter()
                .any(|term| words.contains(term) && !chosen.iter().any(|(_, other)| other.contains(term)));
            let good = quote.score >= best * if news { WORTH_QUOTING / 2.0 } else { WORTH_QUOTING };
            if good && chosen.len() < most && !chosen.iter().any(|(_, other)| alike(other, &words) >= SAME) {
                chosen.push((quote, words));
            }
        }
        chosen.into_iter().map(|(quote, _)| quote).collect()
    }

    /// How far quotes answer the question, in `0..=1`, and the words of it that none of them has.
    ///
    /// As for a [plan](Self::confidence), the mean of what they cover together and of what the
    /// best of them covers by itself; the headings above a quote count as its own words.
    #[must_use]
    pub fn answered<'q>(&self, query: &'q Query, quotes: &[Quote]) -> (f64, Vec<&'q str>) {
        let said: Vec<Vec<String>> = quotes.iter().map(|quote| self.said(quote)).collect();
        let by = |quote: &Vec<String>, term: &str| quote.iter().any(|said| said == term);
        let together = self.coverage(query, |term| said.iter().any(|quote| by(quote, term)));
        let alone = said.iter().map(|quote| self.coverage(query, |term| by(quote, term))).fold(0.0, f64::max);
        let missing = query.terms().iter().filter(|term| !said.iter().any(|quote| by(quote, term)));
        (f64::midpoint(together, alone), missing.map(|term| query.word(term)).collect())
    }

    /// The terms of a quote and of the headings above it.
    fn said(&self, quote: &Quote) -> Vec<String> {
        let headings = self.section(quote.section).map_or(&[][..], |section| &section.headings);
        terms(&quote.text).into_iter().chain(headings.iter().flat_map(|heading| terms(heading))).collect()
    }

    /// What a section counts for by the file it is from.
    fn standing(&self, section: usize) -> f64 {
        match self.corpus.files[self.parts[section].file].format {
            Format::Rust => OF_A_SOURCE,
            Format::Markdown | Format::Plain => 1.0,
        }
    }

    /// The share of a question that is covered, its terms weighed by how rare they are here: to
    /// miss the one word that matters is to miss most of the question.
    fn coverage(&self, query: &Query, covers: impl Fn(&str) -> bool) -> f64 {
        let (mut all, mut covered) = (0.0, 0.0);
        for term in query.terms() {
            let rarity = self.sections.rarity(term);
            all += rarity;
            covered += if covers(term) { rarity } else { 0.0 };
        }
        covered / all
    }
}

fn weighted(terms: impl IntoIterator<Item = String>, weight: f64) -> Vec<(String, f64)> {
    terms.into_iter().map(|term| (term, weight)).collect()
}

/// The best first; ties in the order of the corpus.
fn sort(quotes: &mut [Quote]) {
    quotes.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(a.section.cmp(&b.section)).then(a.line.cmp(&b.line))
    });
}

/// How much of their terms two texts share, in `0..=1`: what both have, of what the shorter has.
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn alike(a: &[String], b: &[String]) -> f64 {
    let shorter = a.len().min(b.len()).max(1);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.iter().filter(|term| long.contains(term)).count() as f64 / shorter as f64
}

#[cfg(test)]
mod tests;
