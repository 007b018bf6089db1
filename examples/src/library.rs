//! A corpus that answers: what to read, which passages answer, how much of the question they cover.

use std::path::Path;

use crate::asks::AsksFor;
use crate::corpus::{Corpus, LoadError};
use crate::query::Query;
use crate::rank::{Hit, Index};
use crate::text::{Format, Kind, Passage, Section, sections};
use crate::words::terms;

mod sure;

/// What a term counts for, by where it stands; chosen by hand, around the text itself.
mod weight {
    /// In the text.
    pub(super) const TEXT: f64 = 1.0;
    /// For a section: in its title.
    pub(super) const TITLE: f64 = 2.0;
    /// For a section: in the headings above its title.
    pub(super) const ABOVE: f64 = 1.0;
    /// For a section: in the name of the file.
    pub(super) const NAME: f64 = 0.5;
    /// For a section: in code.
    pub(super) const CODE: f64 = 0.5;
    /// For a passage: in the headings it stands under.
    pub(super) const CONTEXT: f64 = 0.4;
    /// For a passage: in what it is about and need not say. That is the title for the first
    /// sentence below it, and the first cell for a row.
    pub(super) const SUBJECT: f64 = 1.0;
    /// For a passage: in the sentence before it in the same paragraph, which it may refer to.
    pub(super) const BEFORE: f64 = 0.25;
}

/// What a section of the tests in a Rust source counts for: they try what others say.
const OF_A_TEST: f64 = 0.5;

/// What a passage counts for that announces ("in this order:") what is not a list.
const OF_AN_ANNOUNCEMENT: f64 = 0.6;

/// What a passage counts for in the section that is least about the question; in the one that is
/// most about it, 1.
const BY_ITSELF: f64 = 0.6;

/// A section that scores less than this share of the best one is not worth reading.
const WORTH_READING: f64 = 0.25;

/// A passage that scores less than this share of the best one is not worth quoting: rather one
/// sentence that answers than three that are about the same thing.
const WORTH_QUOTING: f64 = 0.65;

/// The same for a passage that has a word of the question which the better ones lack.
const WORTH_ADDING: f64 = 0.4;

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
    /// Its score as a share of the best section's, in `0..=1`: BM25, what it covers, how far its
    /// title names the subject.
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
        let files: Vec<Vec<Section>> =
            corpus.files.iter().map(|file| sections(&file.text, file.format)).collect();
        let mut library =
            Self { corpus, parts: Vec::new(), sections: Index::default(), passages: Index::default() };
        for (file, sections) in files.into_iter().enumerate() {
            for section in sections {
                library.add(file, section);
            }
        }
        library
    }

    fn add(&mut self, file: usize, section: Section) {
        let name = Path::new(&self.corpus.files[file].path).file_stem().unwrap_or_default();
        let title = terms(section.title());
        let above = section.headings.iter().rev().skip(1);
        let above: Vec<String> = above.flat_map(|heading| terms(heading)).collect();
        let first = self.passages.len();

        let mut whole = weighted(&terms(&name.to_string_lossy()), weight::NAME);
        whole.extend(weighted(&title, weight::TITLE));
        whole.extend(weighted(&above, weight::ABOVE));
        let mut before: (usize, Vec<String>) = (0, Vec::new());
        for (number, passage) in section.passages.iter().enumerate() {
            let text = terms(&passage.text);
            let code = if passage.kind == Kind::Code { weight::CODE } else { weight::TEXT };
            whole.extend(weighted(&text, code));

            let mut bag = weighted(&text, weight::TEXT);
            bag.extend(weighted(&title, weight::CONTEXT));
            bag.extend(weighted(&above, weight::CONTEXT));
            if section.opening() == Some(number) {
                let unspoken = title.iter().filter(|term| !text.contains(term));
                bag.extend(weighted(unspoken, weight::SUBJECT));
            }
            if let Some(subject) = passage.subject() {
                bag.extend(weighted(&terms(subject), weight::SUBJECT));
            }
            if before.0 == passage.block {
                bag.extend(weighted(&before.1, weight::BEFORE));
            }
            self.passages.add(bag);
            before = (passage.block, text);
        }
        self.sections.add(whole);
        self.parts.push(Part { file, section, first });
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
        let lead = |hit: &Hit| {
            let coverage = self.coverage(query, |term| self.sections.has(hit.text, term));
            let defined = query.defined_by(&self.parts[hit.text].section);
            let relevance = hit.score * coverage * defined * self.standing(hit.text);
            Lead { section: hit.text, relevance, coverage }
        };
        let mut leads: Vec<Lead> = self.sections.search(query.terms()).iter().map(lead).collect();
        leads.sort_by(|a, b| b.relevance.total_cmp(&a.relevance));
        let best = leads.first().map_or(1.0, |lead| lead.relevance);
        for lead in &mut leads {
            lead.relevance /= best;
        }
        leads.retain(|lead| lead.relevance >= WORTH_READING);
        leads.truncate(most);
        leads
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
        let passages = self.parts[section].section.passages.iter().enumerate();
        let quote = |(number, passage): (usize, &Passage)| {
            let text = self.told(query, section, number);
            let score = self.score(query, section, number, &text);
            let score = score * (BY_ITSELF + (1.0 - BY_ITSELF) * relevance);
            (score > 0.0).then_some(Quote { section, line: passage.line, text, score })
        };
        let mut quotes: Vec<Quote> = passages.filter_map(quote).collect();
        sort(&mut quotes);
        quotes.truncate(most);
        quotes
    }

    /// What a passage says, with what stands around it and is asked for.
    fn told(&self, query: &Query, section: usize, number: usize) -> String {
        let section = &self.parts[section].section;
        let text = match query.asks_for() {
            AsksFor::Code => section.with_code(number),
            _ => section.in_full(number),
        };
        // An entry of a changelog does not say of what version it is, nor when that was.
        let title = section.title();
        let met = query.met_by(&text, section.passages[number].kind);
        if query.is_told_by(title) && met.is_some_and(|met| met < 0.9) {
            format!("{title}: {text}")
        } else {
            text
        }
    }

    /// How well a passage answers, with `text` for what it says in full; 0 where it is not about
    /// the question.
    fn score(&self, query: &Query, section: usize, number: usize, text: &str) -> f64 {
        let Part { section: part, first, .. } = &self.parts[section];
        let (passage, index) = (&part.passages[number], first + number);
        let asks = |text: &str| terms(text).iter().any(|term| query.terms().contains(term));
        let opens = part.opening() == Some(number);
        let announces = text.ends_with(':');
        // What stands under "Licence" is about the licence, whether it says so or not.
        let implied = (passage.kind == Kind::Prose || opens) && !announces && asks(part.title());
        if !implied && !asks(text) {
            return 0.0;
        }
        self.passages.score(index, query.terms())
            * self.coverage(query, |term| self.passages.has(index, term))
            * query.fit(text, passage.kind)
            * if opens { query.defined_by(part) } else { 1.0 }
            * if announces { OF_AN_ANNOUNCEMENT } else { 1.0 }
            * self.standing(section)
    }

    /// Chooses among quotes what to answer with, the best first, at most `most` of them: nothing
    /// that says the same twice, nothing far worse than the best unless it covers words of the
    /// question that the better ones do not.
    #[must_use]
    pub fn choose(&self, query: &Query, mut quotes: Vec<Quote>, most: usize) -> Vec<Quote> {
        sort(&mut quotes);
        let best = quotes.first().map_or(0.0, |quote| quote.score);
        let mut chosen: Vec<(Quote, Vec<String>)> = Vec::new();
        let mut covered: Vec<String> = Vec::new();
        for quote in quotes {
            let (words, said) = (terms(&quote.text), self.said(&quote));
            let news = query.terms().iter().any(|term| words.contains(term) && !covered.contains(term));
            let good = quote.score >= best * if news { WORTH_ADDING } else { WORTH_QUOTING };
            if good && chosen.len() < most && !chosen.iter().any(|(_, other)| alike(other, &words) >= SAME) {
                chosen.push((quote, words));
                covered.extend(said);
            }
        }
        chosen.into_iter().map(|(quote, _)| quote).collect()
    }

    /// The terms of a quote and of the headings above it.
    fn said(&self, quote: &Quote) -> Vec<String> {
        let headings = self.section(quote.section).map_or(&[][..], |section| &section.headings);
        terms(&quote.text).into_iter().chain(headings.iter().flat_map(|heading| terms(heading))).collect()
    }

    /// What a section counts for by the file it is from.
    fn standing(&self, section: usize) -> f64 {
        let part = &self.parts[section];
        let file = &self.corpus.files[part.file];
        match file.format {
            Format::Rust if is_test(&file.path, &part.section) => OF_A_TEST,
            _ => 1.0,
        }
    }
}

/// Whether a section of a Rust source is a test, by Cargo's names for them.
fn is_test(path: &str, section: &Section) -> bool {
    let named = |name: &str| matches!(name, "tests" | "tests.rs" | "benches");
    Path::new(path).iter().any(|part| part.to_str().is_some_and(named))
        || section.headings.iter().any(|heading| heading == "mod tests")
}

fn weighted<'a>(terms: impl IntoIterator<Item = &'a String>, weight: f64) -> Vec<(String, f64)> {
    terms.into_iter().map(|term| (term.clone(), weight)).collect()
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
