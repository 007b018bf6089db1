//! What kind of answer a question asks for, and how far a passage is of that kind.

mod signs;

use crate::words::{stem, words};
use signs::{Signs, is_number};

/// What kind of answer a question asks for, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsksFor {
    /// Nothing that could be told from a text.
    Anything,
    /// "what is…"
    Meaning,
    /// "how many…", "which version…"
    Number,
    /// "how large…", "how deep…"
    Measure(Unit),
    /// "how long…"
    Duration,
    /// "how often…"
    Frequency,
    /// "when…"
    Time,
    /// "who…"
    Person,
    /// "where…"
    Place,
    /// "why…"
    Reason,
    /// "how do I…", "which command…"
    Code,
    /// "what happens when…"
    Consequence,
    /// "does…", "is…"
    YesOrNo,
}

/// What a measure is given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// "how much…": anything that can be counted.
    Any,
    /// "what does… cost"
    Money,
    /// "how far…"
    Length,
    /// "how heavy…"
    Weight,
    /// "how old…", "how accurate…"
    Time,
    /// "how warm…"
    Warmth,
    /// "how large…": bytes, too.
    Size,
    /// "how fast…"
    Speed,
}

impl Unit {
    /// What is asked for with "how" and this word.
    fn of(measure: &str) -> Option<Self> {
        Some(match measure {
            "much" => Self::Any,
            "expensive" => Self::Money,
            "deep" | "thick" | "tall" | "high" | "wide" | "far" => Self::Length,
            "heavy" => Self::Weight,
            "old" | "late" | "early" | "accurate" => Self::Time,
            "warm" | "cold" | "hot" => Self::Warmth,
            "big" | "large" | "small" => Self::Size,
            "fast" | "quick" | "quickly" | "slow" => Self::Speed,
            _ => return None,
        })
    }
}

/// Nouns that stand for a name in code: "which option…".
const NAMES: &[&str] = &[
    "attribute",
    "command",
    "crate",
    "feature",
    "field",
    "file",
    "flag",
    "function",
    "macro",
    "method",
    "module",
    "option",
    "parameter",
    "syntax",
    "trait",
    "type",
    "example",
];

/// Nouns that stand for a number: "which version…".
const NUMBERS: &[&str] =
    &["default", "version", "number", "port", "price", "fee", "age", "size", "limit", "percentage", "score"];

/// Nouns that stand for a time.
const TIMES: &[&str] = &["day", "days", "month", "year", "date", "time", "season"];

impl AsksFor {
    /// What a question asks for.
    #[must_use]
    pub fn of(question: &str) -> Self {
        let words = words(question);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        // "Until when…", "At what…", "In which…".
        let rest = match words.as_slice() {
            [
                "at" | "by" | "for" | "from" | "in" | "of" | "on" | "since" | "to" | "under" | "until"
                | "with",
                rest @ ..,
            ] => rest,
            all => all,
        };
        match rest {
            ["how", "many", ..] => Self::Number,
            ["how", "much", ..] if has(&["cost", "costs", "pay", "price", "fee", "charge"]) => {
                Self::Measure(Unit::Money)
            }
            ["how", "long", ..] => Self::Duration,
            ["how", "often" | "frequently", ..] => Self::Frequency,
            ["how", measure, ..] if let Some(unit) = Unit::of(measure) => Self::Measure(unit),
            ["how", "do" | "can" | "to" | "should" | "could" | "would", ..] => Self::Code,
            ["when", ..] => Self::Time,
            ["who" | "whose" | "whom", ..] => Self::Person,
            ["where", ..] => Self::Place,
            ["why", ..] => Self::Reason,
            ["what", "happens" | "happened" | "if", ..] => Self::Consequence,
            ["what" | "which", noun, ..] if TIMES.contains(noun) => Self::Time,
            ["what" | "which", noun, ..] if NUMBERS.contains(noun) => Self::Number,
            ["what" | "which", noun, ..] if NAMES.contains(noun) => Self::Code,
            ["what", "is" | "are" | "was", ..]
                if has(NUMBERS) || has(&["msrv", "minimum", "maximum", "cost"]) =>
            {
                Self::Number
            }
            ["what", "does" | "do" | "did", .., "cost"] | ["what", "does" | "do", .., "cost", "to", _] => {
                Self::Measure(Unit::Money)
            }
            ["what", "is" | "are" | "does" | "was", ..] => Self::Meaning,
            [
                "am" | "are" | "can" | "could" | "did" | "do" | "does" | "has" | "have" | "is" | "may"
                | "must" | "should" | "was" | "were" | "will",
                ..,
            ] => Self::YesOrNo,
            _ if has(&["command", "syntax", "example"]) => Self::Code,
            _ => Self::Anything,
        }
    }

    /// What is counted: the noun after "how many".
    #[must_use]
    pub fn counted(question: &str) -> Option<String> {
        let words = words(question);
        let many = words.windows(2).position(|pair| pair[0] == "how" && pair[1] == "many")?;
        words.get(many + 2).map(|noun| stem(noun))
    }

    /// Whether a text has a number right before a noun, or is a row of a table with one: "three depots of food".
    #[must_use]
    pub fn counts(text: &str, noun: &str) -> bool {
        let words = words(text);
        text.contains(" · ")
            || words.iter().enumerate().any(|(at, word)| {
                is_number(word) && words[at + 1..].iter().take(3).any(|next| stem(next) == noun)
            })
    }

    /// How far a text has what is asked for, in `0..=1`; `None` where that cannot be seen.
    ///
    /// `known` says what the question itself has: it asks for another name, another date.
    #[must_use]
    pub fn met_by(self, text: &str, known: impl Fn(&str) -> bool) -> Option<f64> {
        let words = words(text);
        let signs = Signs::of(text, &words);
        Some(match self {
            Self::Anything | Self::Meaning | Self::YesOrNo => return None,
            Self::Number => signs.number(),
            Self::Measure(unit) => signs.measure(unit),
            Self::Duration => signs.duration(),
            Self::Frequency => signs.frequency(),
            Self::Time => signs.time(known),
            Self::Person => signs.person(known),
            Self::Place => signs.place(),
            Self::Reason => signs.reason(known),
            Self::Code => signs.code(),
            Self::Consequence => signs.consequence(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{AsksFor, Unit};

    #[test]
    fn questions_ask_for_a_kind_of_answer() {
        for (question, asks_for) in [
            ("How many boats are there?", AsksFor::Number),
            ("Which version is needed?", AsksFor::Number),
            ("What is the default port?", AsksFor::Number),
            ("How long does it take?", AsksFor::Duration),
            ("How often is it held?", AsksFor::Frequency),
            ("How large is a label?", AsksFor::Measure(Unit::Size)),
            ("How old is the boat?", AsksFor::Measure(Unit::Time)),
            ("What does a ticket cost?", AsksFor::Measure(Unit::Money)),
            ("Until when is it refunded?", AsksFor::Time),
            ("On which days may I sail?", AsksFor::Time),
            ("Who leads?", AsksFor::Person),
            ("Where is it?", AsksFor::Place),
            ("Why is it closed?", AsksFor::Reason),
            ("How do I start it?", AsksFor::Code),
            ("Which command starts it?", AsksFor::Code),
            ("What happens in fog?", AsksFor::Consequence),
            ("Is it free?", AsksFor::YesOrNo),
            ("What is a gate?", AsksFor::Meaning),
            ("Which boat is larger?", AsksFor::Anything),
        ] {
            assert_eq!(AsksFor::of(question), asks_for, "{question}");
        }
    }

    #[test]
    fn a_text_has_what_is_asked_for_or_has_not() {
        for (question, has, has_not) in [
            ("How long?", "It lasts for twelve minutes.", "It lasts."),
            ("How long?", "One attempt may take `30s`.", "It takes its time."),
            ("How often?", "On the first Monday of each month.", "On a Monday."),
            ("How large?", "At most 64 KB.", "At most 64 of them."),
            ("How old?", "It is eleven years old.", "It is old."),
            ("How much?", "It costs one and a half times as much.", "It costs a lot."),
            ("How many?", "There are fourteen.", "There are several."),
            ("When?", "On the second of May.", "In a hut."),
            ("When?", "If `size` is zero.", "Size is nothing."),
            ("Who?", "It was Ines Duarte.", "It was reported."),
            ("Where?", "It lies under the seats.", "It lies there."),
            ("Where?", "`target/kiln`", "`kiln`"),
            ("Why?", "It is locked because it is cold.", "It is locked."),
            ("How do I do it?", "`kiln migrate` does.", "Somebody does."),
        ] {
            let met = |text: &str| AsksFor::of(question).met_by(text, |_| false).expect("it can be seen");
            assert!(met(has) > 0.7 && met(has_not) < 0.5, "{question}: {} {}", met(has), met(has_not));
        }
        assert_eq!(AsksFor::Anything.met_by("anything", |_| false), None);
    }

    #[test]
    fn what_the_question_says_is_no_answer() {
        let met = |text: &str| AsksFor::Person.met_by(text, |word| word == "Holt").unwrap();
        assert!(met("It was opened by Holt") < 0.5);
        assert!(met("It was opened by Holt and Okafor") > 0.9);
    }

    #[test]
    fn what_is_counted_stands_behind_its_number() {
        assert_eq!(AsksFor::counted("How many small depots are there?"), Some("small".to_owned()));
        let noun = AsksFor::counted("How many depots are there?").unwrap();
        assert!(AsksFor::counts("There are three small depots of food.", &noun));
        assert!(AsksFor::counts("depots · Value: 3", &noun));
        assert!(!AsksFor::counts("Depots are told at six.", &noun));
    }
}
