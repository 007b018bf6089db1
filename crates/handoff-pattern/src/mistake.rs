//! Why a text is not a pattern that could be used.

use std::fmt;

/// What is wrong with a pattern, and what to write instead.
///
/// [`Display`](fmt::Display) is a sentence about the pattern, and a second line that starts with `help: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The part of the pattern, and where it begins, in characters from 1; nothing for the pattern as a whole.
    place: Option<(String, usize)>,
    what: String,
    help: String,
}

impl Mistake {
    pub(crate) fn at(part: String, index: usize, what: &str, help: &str) -> Self {
        Self { place: Some((part, index + 1)), what: what.to_owned(), help: help.to_owned() }
    }

    pub(crate) fn of_whole(what: &str, help: &str) -> Self {
        Self { place: None, what: what.to_owned(), help: help.to_owned() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((part, character)) => write!(f, "`{part}` at character {character} of the pattern")?,
            None => f.write_str("the pattern")?,
        }
        write!(f, " {}\nhelp: {}", self.what, self.help)
    }
}

impl std::error::Error for Mistake {}
