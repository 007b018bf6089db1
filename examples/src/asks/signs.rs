//! What a text shows of the kinds of answers.

use super::Unit;

/// Numbers in words.
#[rustfmt::skip]
const NUMBERS: &[&str] = &[
    "billion", "both", "couple", "dozen", "eight", "eighteen", "eighty", "eleven", "fifteen", "fifth",
    "fifty", "five", "forty", "four", "fourteen", "half", "hundred", "million", "nine", "nineteen",
    "ninety", "once", "one", "pair", "quarter", "seven", "seventeen", "seventy", "six", "sixteen", "sixty",
    "ten", "tenth", "third", "thirteen", "thirty", "thousand", "three", "twelve", "twenty", "twice", "two",
    "zero",
];

/// Each also in its plural.
#[rustfmt::skip]
const TIME_UNITS: &[&str] = &[
    "second", "minute", "hour", "day", "night", "evening", "week", "month", "year", "season", "decade",
    "century", "millisecond", "winter", "summer", "ms", "s", "min", "h", "µs", "afternoon", "morning",
    "sec", "secs",
];

/// Parts of the day, the week and the year.
#[rustfmt::skip]
const DATES: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "morning", "evening", "afternoon", "night", "noon", "midnight", "sunrise", "sunset", "today",
    "yesterday", "tomorrow", "spring", "summer", "autumn", "winter", "easter", "christmas", "weekend",
    "mondays", "sundays", "clock",
];

#[rustfmt::skip]
const OFTEN: &[&str] = &[
    "every", "each", "once", "twice", "daily", "weekly", "monthly", "yearly", "annually", "per", "times",
    "always", "never", "hourly", "often",
];

/// What begins the words for when something happens.
#[rustfmt::skip]
const CONDITIONS: &[&str] = &[
    "when", "if", "after", "before", "once", "until", "while", "since", "unless", "whenever", "as", "then",
    "above", "during",
];

/// Who does things, where there is no name.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "team", "master", "captain", "engineer", "owner", "author", "authors", "maintainer", "maintainers",
    "people", "members", "nobody", "whoever", "anyone", "anybody", "everyone", "everybody", "firm",
    "company", "we", "contributors", "he", "she", "they", "family", "purser", "keeper",
];

/// What stands before a place.
#[rustfmt::skip]
const PLACED: &[&str] = &[
    "in", "at", "on", "under", "beside", "behind", "near", "to", "into", "from", "inside", "outside",
    "above", "below", "between", "through",
];

#[rustfmt::skip]
const REASONS: &[&str] = &[
    "because", "since", "otherwise", "lest", "therefore", "due", "reason", "hence", "thus",
];

/// What reasons begin with, as they stand in a text.
const REASON_PHRASES: &[&str] =
    &["so that", "in order to", "as they", "as it", "as the", "to avoid", "to prevent", ": "];

/// The ends of words that have a capital and are no name: "Polish", "Japanese", "Italian".
const PEOPLES: &[&str] = &["ish", "ese", "ian", "French", "Dutch", "German", "Latin", "Greek"];

/// What money is called, and what is said of it.
#[rustfmt::skip]
const MONEY: &[&str] = &[
    "euro", "dollar", "pound", "crown", "franc", "cent", "penny", "pence", "mark", "eur", "usd", "cost", "price", "fee",
    "fare", "pay", "charge", "deposit", "fine", "rent",
];

const LENGTHS: &[&str] =
    &["metre", "meter", "m", "km", "mile", "foot", "feet", "cm", "mm", "inch", "kilometre", "light"];
const WEIGHTS: &[&str] = &["kilo", "kg", "gram", "pound", "ton", "tonne", "g"];
const SIZES: &[&str] = &["byte", "kb", "mb", "gb", "kib", "mib", "gib", "bit", "hectare", "litre"];

/// A text that is looked at.
pub(super) struct Signs<'a> {
    text: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Signs<'a> {
    /// `words` are those of the text.
    pub(super) fn of(text: &'a str, words: &'a [String]) -> Self {
        Self { text, words: words.iter().map(String::as_str).collect() }
    }

    fn has(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| list.contains(word))
    }

    fn is_numbered(&self) -> bool {
        self.words.iter().any(|word| is_number(word))
    }

    pub(super) fn number(&self) -> f64 {
        if self.is_numbered() || self.has(&["none"]) { 1.0 } else { 0.0 }
    }

    pub(super) fn measure(&self, unit: Unit) -> f64 {
        if unit == Unit::Money {
            let said = self.text.contains(['€', '$', '£'])
                || self.text.contains(" · ")
                || self.words.iter().any(|word| is_among(MONEY, word));
            let free = self.has(&["free", "nothing", "half"]);
            return match self.is_numbered() {
                true if said => 1.0,
                _ if free => 1.0,
                true => 0.2,
                false => 0.0,
            };
        }
        let measured = self.words.iter().enumerate().any(|(at, word)| {
            let rest = &self.words[at + 1..];
            is_number(word)
                && (unit == Unit::Any
                    || rest.iter().take(2).any(|next| unit.has(next))
                    || unit.has(word.trim_start_matches(|c: char| c.is_ascii_digit())))
        });
        if measured || (unit == Unit::Any && self.has(&["free", "nothing", "unlimited", "same"])) {
            1.0
        } else if self.is_numbered() {
            0.3
        } else {
            0.0
        }
    }

    pub(super) fn duration(&self) -> f64 {
        // "twelve minutes", "four long nights", "the whole night", "30s".
        let timed = self.words.iter().enumerate().any(|(at, word)| {
            let rest = &self.words[at + 1..];
            let is_unit = |within: usize| rest.iter().take(within).any(|next| is_time_unit(next));
            match *word {
                "a" | "an" | "the" | "whole" => is_unit(2),
                word => (is_number(word) && is_unit(2)) || is_timed(word),
            }
        });
        if timed || self.has(&["ever", "until"]) {
            1.0
        } else if self.is_numbered() {
            0.3
        } else {
            0.0
        }
    }

    pub(super) fn frequency(&self) -> f64 {
        if self.has(OFTEN) {
            1.0
        } else if self.is_numbered() {
            0.4
        } else {
            0.0
        }
    }

    pub(super) fn time(&self, known: impl Fn(&str) -> bool) -> f64 {
        if self.words.iter().any(|word| is_date(word) && !known(word)) {
            1.0
        } else if self.has(CONDITIONS) {
            0.9
        } else if self.is_numbered() {
            0.3
        } else {
            0.0
        }
    }

    pub(super) fn person(&self, known: impl Fn(&str) -> bool) -> f64 {
        if self.has_a_name(known) {
            1.0
        } else if self.has(ROLES) {
            0.8
        } else {
            0.0
        }
    }

    /// Whether there is a name of somebody: a capital within a sentence.
    fn has_a_name(&self, known: impl Fn(&str) -> bool) -> bool {
        let spoken: Vec<&str> = self.text.split_whitespace().collect();
        spoken.windows(2).any(|pair| {
            let bare = pair[1].trim_matches(|c: char| !c.is_alphanumeric());
            let mut chars = bare.chars();
            let is_named =
                chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase);
            let is_of_a_people = PEOPLES.iter().any(|end| bare.ends_with(end));
            is_named && !is_of_a_people && !pair[0].ends_with(['.', ':', '!', '?', '·']) && !known(bare)
        })
    }

    pub(super) fn place(&self) -> f64 {
        let mut spoken = self.text.split_whitespace();
        if spoken.any(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).contains('/')) {
            return 1.0;
        }
        // "on the second Saturday" is no place.
        let placed = self.words.iter().enumerate().any(|(at, word)| {
            let rest = &self.words[at + 1..];
            PLACED.contains(word)
                && !rest.is_empty()
                && !rest.iter().take(3).any(|word| is_number(word) || is_date(word))
        });
        if placed { 0.8 } else { 0.1 }
    }

    /// A reason says something that the question does not: "why was it closed?" is not answered by "since it was closed".
    pub(super) fn reason(&self, known: impl Fn(&str) -> bool) -> f64 {
        let lower = self.text.to_lowercase();
        let is_new = |clause: &str| clause.split_whitespace().any(|word| word.len() > 3 && !known(word));
        let after = REASONS.iter().copied().chain(REASON_PHRASES.iter().copied());
        let reasoned = after.filter_map(|mark| Some((mark, lower.find(mark)?))).any(|(mark, at)| {
            let whole = !mark.bytes().all(|byte| byte.is_ascii_lowercase()) || self.has(&[mark]);
            whole && is_new(&lower[at + mark.len()..])
        });
        if reasoned { 1.0 } else { 0.2 }
    }

    pub(super) fn code(&self) -> f64 {
        if ["`", "--", "::", "("].iter().any(|mark| self.text.contains(mark)) {
            1.0
        } else if self.has(&["by", "with", "use", "using", "call", "set", "run", "via", "through"]) {
            0.7
        } else {
            0.3
        }
    }

    pub(super) fn consequence(&self) -> f64 {
        let told = self.has(&[
            "when", "if", "after", "above", "unless", "whoever", "that", "until", "in", "once", "then",
        ]);
        if told { 1.0 } else { 0.5 }
    }
}

impl Unit {
    /// Whether a word is such a unit.
    fn has(self, word: &str) -> bool {
        match self {
            Self::Any | Self::Money => true,
            Self::Length => is_among(LENGTHS, word) || is_time_unit(word),
            Self::Weight => is_among(WEIGHTS, word),
            Self::Time => is_time_unit(word) || word.ends_with("second") || word.ends_with("seconds"),
            Self::Warmth => is_among(&["degree", "c", "f"], word),
            Self::Size => is_among(SIZES, word) || is_among(LENGTHS, word),
            Self::Speed => {
                is_time_unit(word) || ["times", "percent", "per", "faster", "slower"].contains(&word)
            }
        }
    }
}

/// Whether a word is in the list, or is the plural of one that is.
fn is_among(list: &[&str], word: &str) -> bool {
    list.contains(&word) || word.strip_suffix('s').is_some_and(|one| list.contains(&one))
}

pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || NUMBERS.contains(&word)
}

fn is_time_unit(word: &str) -> bool {
    is_among(TIME_UNITS, word)
}

/// "30s", "120ms".
fn is_timed(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unit.len() < word.len() && ["s", "ms", "m", "h", "d", "min"].contains(&unit)
}

fn is_date(word: &str) -> bool {
    let year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    (year && ("1500".."2200").contains(&word)) || DATES.contains(&word)
}
