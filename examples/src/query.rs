//! What a question asks about.

use std::{error, fmt};

use crate::asks::AsksFor;
use crate::kin::kin;
use crate::text::{Kind, Section};
use crate::words::{stem, terms, words};

/// A question, as far as it can be looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What it is about, each term once.
    terms: Vec<String>,
    /// The words that the terms were made of, beside them.
    words: Vec<String>,
    /// Terms that may stand for each.
    kin: Vec<Vec<String>>,
    /// How much each says of what the question is about.
    weights: Vec<f64>,
    asks_for: AsksFor,
    /// The noun after "how many".
    counted: Option<String>,
}

/// Words that say how something is asked more than what about.
const SOFT: &[&str] = &[
    "long",
    "often",
    "big",
    "large",
    "small",
    "deep",
    "thick",
    "tall",
    "high",
    "wide",
    "heavy",
    "fast",
    "quick",
    "old",
    "far",
    "accurate",
    "expensive",
    "possible",
    "see",
    "usual",
    "come",
    "instead",
    "people",
    "somebody",
    "someone",
    "go",
    "work",
    "supported",
    "support",
    "available",
];

/// Why a question cannot be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionError {
    /// It is empty.
    Empty,
    /// It says nothing that could be looked up, such as "what is it?".
    NothingToLookUp(String),
}

impl fmt::Display for QuestionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the question is empty"),
            Self::NothingToLookUp(question) => {
                write!(f, "the question names nothing to look up: \"{question}\"")
            }
        }
    }
}

impl error::Error for QuestionError {}

impl Query {
    /// Makes a query of a question in plain words.
    ///
    /// # Errors
    ///
    /// [`QuestionError`]: the question is empty, or made of stop words.
    pub fn new(question: &str) -> Result<Self, QuestionError> {
        let question = question.trim();
        if question.is_empty() {
            return Err(QuestionError::Empty);
        }
        let asks_for = AsksFor::of(question);
        let mut query = Self {
            terms: Vec::new(),
            words: Vec::new(),
            kin: Vec::new(),
            weights: Vec::new(),
            asks_for,
            counted: AsksFor::counted(question),
        };
        // "Which colour…" asks for a colour.
        let spoken = words(question);
        let named = match spoken.as_slice() {
            [which, noun, ..] if ["what", "which"].contains(&&**which) => Some(stem(noun)),
            _ => None,
        };
        for word in question.split_whitespace() {
            for term in terms(word) {
                if !query.terms.contains(&term) {
                    query.kin.push(kin(&term));
                    let soft =
                        SOFT.contains(&&*word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
                    query.weights.push(match () {
                        () if soft => 0.3,
                        () if named.as_deref() == Some(&*term) => 1.5,
                        () => 1.0,
                    });
                    query.terms.push(term);
                    query.words.push(word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned());
                }
            }
        }
        if query.terms.is_empty() {
            return Err(QuestionError::NothingToLookUp(question.to_owned()));
        }
        Ok(query)
    }

    /// What the question is about, each term once, in its order.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The word of the question that a term was made of; the term itself if it is none of them.
    #[must_use]
    pub fn word<'a>(&'a self, term: &'a str) -> &'a str {
        self.terms.iter().position(|own| own == term).map_or(term, |place| &self.words[place])
    }

    /// How much better or worse than its terms alone say a passage fits the way of asking.
    ///
    /// Factors chosen by hand. Documentation comes before remarks, and both before code unless
    /// code is asked for: the use of a name does not explain it. For "what is", a sentence that
    /// says so ("A gate is a…") comes first. The others only decide between passages about the
    /// same thing: numbers for "how many", reasons for "why".
    #[must_use]
    pub fn fit(&self, text: &str, kind: Kind) -> f64 {
        let asked = self.met_by(text, kind).map_or(1.0, |met| 0.5 + 0.7 * met);
        let kind = match kind {
            Kind::Code if self.asks_for != AsksFor::Code => 0.3,
            Kind::Remark => 0.6,
            Kind::Prose | Kind::Code => 1.0,
        };
        if self.asks_for == AsksFor::Meaning && self.is_defined_in(text) { 2.5 * kind } else { asked * kind }
    }

    /// How far a passage has what is asked for, in `0..=1`; `None` where that cannot be seen.
    #[must_use]
    pub fn met_by(&self, text: &str, kind: Kind) -> Option<f64> {
        if self.asks_for == AsksFor::Code && kind == Kind::Code {
            return Some(1.0);
        }
        let met =
            self.asks_for.met_by(text, |word| terms(word).iter().any(|term| self.terms.contains(term)))?;
        Some(match &self.counted {
            Some(noun) if !AsksFor::counts(text, noun) => 0.5 * met,
            _ => met,
        })
    }

    /// Whether a title tells what is asked for: a version, a date.
    #[must_use]
    pub fn is_told_by(&self, title: &str) -> bool {
        match self.asks_for {
            AsksFor::Time | AsksFor::Number if self.counted.is_none() => {
                title.contains(|c: char| c.is_ascii_digit())
            }
            _ => false,
        }
    }

    /// What kind of answer is asked for.
    #[must_use]
    pub fn asks_for(&self) -> AsksFor {
        self.asks_for
    }

    /// The terms with what may stand for each, and how much it says of what the question is about.
    pub fn weighed(&self) -> impl Iterator<Item = (&str, &[String], f64)> {
        self.terms
            .iter()
            .zip(&self.kin)
            .zip(&self.weights)
            .map(|((term, kin), weight)| (&**term, &**kin, *weight))
    }

    /// Whether a text begins with what is asked about, and goes on to say what that is or does:
    /// "`handoff` is a framework".
    fn is_defined_in(&self, text: &str) -> bool {
        let words = words(text);
        let mut rest = words.iter().skip_while(|word| ["a", "an", "the"].contains(&word.as_str())).peekable();
        let mut subject = false;
        while rest.next_if(|word| terms(word).iter().any(|term| self.terms.contains(term))).is_some() {
            subject = true;
        }
        let mut next = || rest.next().map_or("", String::as_str);
        subject
            && match next() {
                "is" => ["a", "an", "the", "one", "what", "how", "who"].contains(&next()),
                verb => ["are", "means"].contains(&verb),
            }
    }

    /// How far a title names what the question is about, and nothing else, in `0..=1`: the words
    /// they share, of all the words of either (Jaccard's index). Stop words count in the title,
    /// since `NotAFingerprint` is not `Fingerprint`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    pub fn named_by(&self, title: &str) -> f64 {
        let named = terms(title);
        let shared = self.terms.iter().filter(|term| named.contains(term)).count();
        let all = words(title).len().max(named.len()) + self.terms.len() - shared;
        shared as f64 / all as f64
    }

    /// How much better than any other sentence the first one of a section answers, which defines
    /// what the title names: by this share at most, twice as much where the meaning is asked for
    /// and it is not the meaning of a member.
    #[must_use]
    pub fn defined_by(&self, section: &Section) -> f64 {
        let asked = self.asks_for == AsksFor::Meaning && !section.is_of_a_member();
        1.0 + self.named_by(section.title()) * if asked { 1.0 } else { 0.5 }
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, QuestionError};
    use crate::text::{Format, Kind, sections};

    #[test]
    fn a_query_keeps_each_term_once_and_knows_its_word() {
        let query = Query::new("Do retries retry a TokenCounter?").unwrap();
        assert_eq!(query.terms(), ["retry", "token", "count"]);
        assert_eq!(query.word("retry"), "retries");
        assert_eq!(query.word("count"), "TokenCounter");
        assert_eq!(query.word("other"), "other");
    }

    #[test]
    fn empty_questions_are_refused() {
        assert_eq!(Query::new("  \n"), Err(QuestionError::Empty));
        let error = Query::new("what is it?").unwrap_err();
        assert_eq!(error.to_string(), "the question names nothing to look up: \"what is it?\"");
    }

    #[test]
    fn a_title_names_a_subject_or_more_or_less() {
        let query = Query::new("What is a fingerprint?").unwrap();
        let named = |title: &str| query.named_by(title);
        assert!((named("Fingerprint") - 1.0).abs() < f64::EPSILON);
        assert!((named("Of a fingerprint") - 1.0 / 3.0).abs() < f64::EPSILON);
        assert!((named("NotAFingerprint") - 1.0 / 3.0).abs() < f64::EPSILON);
        assert!(named("").abs() < f64::EPSILON && named("The one door").abs() < f64::EPSILON);
        let source = "/// Text.\npub struct Fingerprint {\n    /// Text.\n    pub fingerprint: u8,\n}\n";
        let sections = sections(source, Format::Rust);
        let factors = [("What is a fingerprint?", [2.0, 1.5]), ("Why a fingerprint?", [1.5, 1.5])];
        for (question, expected) in factors {
            let query = Query::new(question).unwrap();
            for (section, factor) in sections.iter().zip(expected) {
                assert!((query.defined_by(section) - factor).abs() < f64::EPSILON, "{section:?}");
            }
        }
    }

    #[test]
    fn a_definition_says_what_its_subject_is() {
        let query = Query::new("What is a capacity check?").unwrap();
        for text in [
            "A capacity check is a comparison.",
            "`CapacityCheck` is what refuses.",
            "Capacity checks are early.",
        ] {
            assert!(query.is_defined_in(text), "{text}");
        }
        for text in
            ["A capacity check is refused.", "The check of a capacity.", "It is a capacity check.", ""]
        {
            assert!(!query.is_defined_in(text), "{text}");
        }
    }

    #[test]
    fn the_way_of_asking_prefers_what_answers() {
        let number = Query::new("How many retries are there?").unwrap();
        assert!(number.fit("3 retries", Kind::Prose) > number.fit("some retries", Kind::Prose));
        let command = Query::new("Which command runs the tests?").unwrap();
        assert!(command.fit("cargo test", Kind::Code) > number.fit("cargo test", Kind::Code));
        let reason = Query::new("Why is the list closed?").unwrap();
        assert!(
            reason.fit("It is closed because drift is loud.", Kind::Prose)
                > reason.fit("It is closed.", Kind::Prose)
        );
    }
}
