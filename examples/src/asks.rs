//! What kind of answer a question asks for, and how far a passage is of that kind.

use crate::words::{stem, words};

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
    /// "how much…": money, or anything that can be counted.
    Any,
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
            "much" | "expensive" => Self::Any,
            "deep" | "thick" | "tall" | "high" | "wide" | "far" => Self::Length,
            "heavy" => Self::Weight,
            "old" | "late" | "early" | "accurate" => Self::Time,
            "warm" | "cold" | "hot" => Self::Warmth,
            "big" | "large" | "small" => Self::Size,
            "fast" | "quick" | "quickly" | "slow" => Self::Speed,
            _ => return None,
        })
    }

    /// Whether a word is such a unit.
    fn has(self, word: &str) -> bool {
        const LENGTH: &[&str] =
            &["metre", "meter", "m", "km", "mile", "foot", "feet", "cm", "mm", "inch", "kilometre", "light"];
        const WEIGHT: &[&str] = &["kilo", "kg", "gram", "pound", "ton", "tonne", "g"];
        const SIZE: &[&str] =
            &["byte", "bytes", "kb", "mb", "gb", "kib", "mib", "gib", "bit", "hectare", "litre"];
        let among =
            |list: &[&str]| list.iter().any(|unit| word == *unit || word.strip_suffix('s') == Some(unit));
        match self {
            Self::Any => true,
            Self::Length => among(LENGTH) || is_time_unit(word),
            Self::Weight => among(WEIGHT),
            Self::Time => is_time_unit(word) || word.ends_with("second") || word.ends_with("seconds"),
            Self::Warmth => among(&["degree", "c", "f", "°"]),
            Self::Size => among(SIZE) || among(LENGTH),
            Self::Speed => {
                is_time_unit(word) || among(&["times", "percent", "per", "faster", "slower", "second"])
            }
        }
    }

    /// Whether a text has such a measure.
    fn measured_in(self, words: &[&str]) -> bool {
        words.iter().enumerate().any(|(at, word)| {
            is_number(word)
                && (self == Self::Any
                    || words[at + 1..].iter().take(2).any(|next| self.has(next))
                    || self.has(word.trim_start_matches(|c: char| c.is_ascii_digit())))
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
            ["how", "long", ..] => Self::Duration,
            ["how", "often" | "frequently", ..] => Self::Frequency,
            ["how", measure, ..] if Unit::of(measure).is_some() => {
                Self::Measure(Unit::of(measure).unwrap_or(Unit::Any))
            }
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
                if has(&NUMBERS[..]) || has(&["msrv", "minimum", "maximum", "cost"]) =>
            {
                Self::Number
            }
            ["what", "does" | "do" | "did", .., "cost"] => Self::Measure(Unit::Any),
            ["what", "does" | "do", .., "cost", "to", _] => Self::Measure(Unit::Any),
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
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        let if_any = |is: bool, otherwise: f64| Some(if is { 1.0 } else { otherwise });
        let numbered = words.iter().any(|word| is_number(word));
        match self {
            Self::Anything | Self::Meaning | Self::YesOrNo => None,
            Self::Number => if_any(numbered || has(&["none"]), 0.0),
            Self::Measure(unit) => if_any(
                unit.measured_in(&words)
                    || (unit == Unit::Any && has(&["free", "nothing", "unlimited", "same"])),
                if numbered { 0.3 } else { 0.0 },
            ),
            Self::Duration => {
                let timed = words.windows(3).any(|near| {
                    (is_number(near[0]) || ["a", "an", "the", "whole"].contains(&near[0]))
                        && near[1..].iter().any(|word| is_time_unit(word))
                }) || words.windows(2).any(|near| {
                    (is_number(near[0]) || ["a", "an"].contains(&near[0])) && is_time_unit(near[1])
                }) || words.iter().any(|word| is_timed(word))
                    || has(&["ever", "until"]);
                if_any(timed, if numbered { 0.3 } else { 0.0 })
            }
            Self::Frequency => {
                let often = has(&[
                    "every", "each", "once", "twice", "daily", "weekly", "monthly", "yearly", "annually",
                    "per", "times", "always", "never", "hourly", "often",
                ]);
                if_any(often, if numbered { 0.4 } else { 0.0 })
            }
            Self::Time => {
                let dated = words.iter().any(|word| is_date(word) && !known(word));
                let conditional = has(&[
                    "when", "if", "after", "before", "once", "until", "while", "since", "unless", "whenever",
                    "as", "then", "above", "during",
                ]);
                Some(match (dated, conditional) {
                    (true, _) => 1.0,
                    (_, true) => 0.9,
                    _ if numbered => 0.3,
                    _ => 0.0,
                })
            }
            Self::Person => {
                let role = has(&[
                    "team",
                    "master",
                    "captain",
                    "engineer",
                    "owner",
                    "author",
                    "authors",
                    "maintainer",
                    "maintainers",
                    "people",
                    "members",
                    "nobody",
                    "whoever",
                    "anyone",
                    "anybody",
                    "everyone",
                    "everybody",
                    "firm",
                    "company",
                    "we",
                    "contributors",
                    "he",
                    "she",
                    "they",
                    "family",
                    "purser",
                    "keeper",
                ]);
                Some(if has_a_name(text, known) {
                    1.0
                } else if role {
                    0.8
                } else {
                    0.0
                })
            }
            Self::Place => {
                let path = text
                    .split_whitespace()
                    .any(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).contains('/'));
                // "on the second Saturday" is no place.
                let placed = words.iter().enumerate().any(|(at, word)| {
                    PLACED.contains(word)
                        && words.get(at + 1).is_some()
                        && !words[at + 1..].iter().take(3).any(|word| is_number(word) || is_date(word))
                });
                Some(if path {
                    1.0
                } else if placed {
                    0.8
                } else {
                    0.1
                })
            }
            Self::Reason => {
                let lower = text.to_lowercase();
                let reasoned = has(&[
                    "because",
                    "since",
                    "otherwise",
                    "lest",
                    "therefore",
                    "due",
                    "reason",
                    "hence",
                    "thus",
                ]) || [
                    "so that",
                    "in order to",
                    "as they",
                    "as it",
                    "as the",
                    "to avoid",
                    "to prevent",
                    ": ",
                ]
                .iter()
                .any(|words| lower.contains(words));
                if_any(reasoned, 0.2)
            }
            Self::Code => {
                let named =
                    text.contains('`') || text.contains("--") || text.contains("::") || text.contains('(');
                if_any(
                    named,
                    if has(&["by", "with", "use", "using", "call", "set", "run", "via", "through"]) {
                        0.7
                    } else {
                        0.3
                    },
                )
            }
            Self::Consequence => {
                let told = has(&[
                    "when", "if", "after", "above", "unless", "whoever", "that", "until", "in", "once",
                    "then",
                ]);
                if_any(told, 0.5)
            }
        }
    }
}

/// What stands before a place.
const PLACED: &[&str] = &[
    "in", "at", "on", "under", "beside", "behind", "near", "to", "into", "from", "inside", "outside",
    "above", "below", "between", "through",
];

const NUMBER_WORDS: &[&str] = &[
    "billion",
    "both",
    "couple",
    "dozen",
    "eight",
    "eighteen",
    "eighty",
    "eleven",
    "fifteen",
    "fifth",
    "fifty",
    "five",
    "forty",
    "four",
    "fourteen",
    "half",
    "hundred",
    "million",
    "nine",
    "nineteen",
    "ninety",
    "once",
    "one",
    "pair",
    "quarter",
    "seven",
    "seventeen",
    "seventy",
    "six",
    "sixteen",
    "sixty",
    "ten",
    "tenth",
    "third",
    "thirteen",
    "thirty",
    "thousand",
    "three",
    "twelve",
    "twenty",
    "twice",
    "two",
    "zero",
];

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || NUMBER_WORDS.contains(&word)
}

fn is_time_unit(word: &str) -> bool {
    [
        "second",
        "minute",
        "hour",
        "day",
        "night",
        "evening",
        "week",
        "month",
        "year",
        "season",
        "decade",
        "century",
        "millisecond",
        "winter",
        "summer",
        "ms",
        "s",
        "min",
        "h",
        "µs",
        "afternoon",
        "morning",
        "sec",
        "secs",
    ]
    .iter()
    .any(|unit| word == *unit || word.strip_suffix('s') == Some(unit))
}

/// "30s", "120ms".
fn is_timed(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unit.len() < word.len() && ["s", "ms", "m", "h", "d", "min"].contains(&unit)
}

fn is_date(word: &str) -> bool {
    const DATES: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "morning",
        "evening",
        "afternoon",
        "night",
        "noon",
        "midnight",
        "sunrise",
        "sunset",
        "today",
        "yesterday",
        "tomorrow",
        "spring",
        "summer",
        "autumn",
        "winter",
        "easter",
        "christmas",
        "weekend",
        "mondays",
        "sundays",
        "o'clock",
        "clock",
    ];
    let year =
        word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()) && ("1500".."2200").contains(&word);
    year || DATES.contains(&word)
}

/// Whether there is a name of somebody: a capital within a sentence, or two in a row.
fn has_a_name(text: &str, known: impl Fn(&str) -> bool) -> bool {
    let mut before: Option<&str> = None;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let named = |word: &str| {
            let mut chars = word.chars();
            chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
        };
        if named(bare) && !known(bare) {
            match before {
                // It begins a sentence.
                None => {}
                Some(before) if before.ends_with(['.', ':', '!', '?', '·']) => {}
                Some(_) => return true,
            }
        }
        before = Some(word);
    }
    false
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
            ("What does a ticket cost?", AsksFor::Measure(Unit::Any)),
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
