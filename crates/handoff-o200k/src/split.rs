//! Splitting a text into the pieces within which tokens are merged.
//!
//! `o200k_base` defines them by a pattern, leftmost alternative first (the names are those of
//! [`Class`]; `\r\n` are `Newline`, `\s` is `Newline` or `Space`):
//!
//! ```text
//! 1  [^\r\n\p{L}\p{N}]? [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]* [\p{Ll}\p{Lm}\p{Lo}\p{M}]+ (?i:'s|'t|'re|'ve|'m|'ll|'d)?
//! 2  [^\r\n\p{L}\p{N}]? [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+ [\p{Ll}\p{Lm}\p{Lo}\p{M}]* (?i:'s|'t|'re|'ve|'m|'ll|'d)?
//! 3  \p{N}{1,3}
//! 4   ?[^\s\p{L}\p{N}]+ [\r\n/]*
//! 5  \s*[\r\n]+      6  \s+(?!\S)      7  \s+
//! ```
//!
//! What follows is that pattern written out, backtracking included. Each place of a text is looked at
//! a bounded number of times, so splitting is linear. Every character is in some alternative: the
//! pieces are the whole text.

use super::classes::{Class, Classes};

/// The pieces of a text, in order.
pub(crate) struct Pieces<'a> {
    classes: &'a Classes,
    text: &'a str,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(crate) fn of(text: &'a str, classes: &'a Classes) -> Self {
        Self { classes, text, at: 0 }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        self.at = self.end_of_piece(start)?;
        Some(&self.text.as_bytes()[start..self.at])
    }
}

impl Pieces<'_> {
    /// The class of the character at byte `at`, and where the next one begins; nothing at the end.
    #[inline]
    fn class(&self, at: usize) -> Option<(Class, usize)> {
        let &byte = self.text.as_bytes().get(at)?;
        if byte.is_ascii() {
            return Some((self.classes.of_ascii(byte), at + 1));
        }
        self.class_of_wide(at)
    }

    /// The same for a character of several bytes, apart to keep the loops over ASCII small.
    #[inline(never)]
    fn class_of_wide(&self, at: usize) -> Option<(Class, usize)> {
        let c = self.text[at..].chars().next()?;
        Some((self.classes.of(c), at + c.len_utf8()))
    }

    /// Where the piece that begins at `start` ends; nothing at the end of the text.
    #[inline]
    fn end_of_piece(&self, start: usize) -> Option<usize> {
        let (class, next) = self.class(start)?;
        Some(match class {
            Class::Upper | Class::Lower | Class::Uncased => self.word(start).unwrap_or(next),
            Class::Number => self.number(next),
            Class::Newline => self.white_space(start),
            Class::Space => {
                let mark = || self.text.as_bytes()[start] == b' ' && self.symbol(next).is_some();
                match self.word(next) {
                    Some(end) => end,
                    None if mark() => self.symbols(next),
                    None => self.white_space(start),
                }
            }
            Class::Other => self.word(next).unwrap_or_else(|| self.symbols(next)),
            // A mark can be the prefix of a word, or its first letter: alternative 1 in both ways goes
            // before 2, and the second way always succeeds.
            Class::Mark => {
                let end = match self.letters(next) {
                    Letters { first: Some(end), .. } => end,
                    _ => next,
                };
                self.contraction(end)
            }
        })
    }

    /// Alternatives 1 and 2 without their prefix.
    #[inline]
    fn word(&self, start: usize) -> Option<usize> {
        let letters = self.letters(start);
        letters.first.or(letters.second).map(|end| self.contraction(end))
    }

    /// Alternatives 1 and 2 without prefix and contraction.
    #[inline]
    fn letters(&self, start: usize) -> Letters {
        let mut at = start;
        // Where the last letter ends that the second class of alternative 1 could take back.
        let mut either = None;
        loop {
            match self.class(at) {
                Some((Class::Upper, next)) => at = next,
                Some((Class::Uncased | Class::Mark, next)) => {
                    at = next;
                    either = Some(at);
                }
                Some((Class::Lower, next)) => {
                    at = next;
                    break;
                }
                _ => return Letters { first: either, second: (at > start).then_some(at) },
            }
        }
        while let Some((Class::Lower | Class::Uncased | Class::Mark, next)) = self.class(at) {
            at = next;
        }
        Letters { first: Some(at), second: None }
    }

    /// The end of a contraction that begins at `at`, else `at`.
    #[inline]
    fn contraction(&self, at: usize) -> usize {
        let Some((b'\'', letters)) = self.text.as_bytes()[at..].split_first() else { return at };
        let length = match letters {
            [b's' | b'S' | b't' | b'T' | b'm' | b'M' | b'd' | b'D', ..] => 2,
            // The last is U+017F, the long s, which is an `s` where case does not matter.
            [b'r' | b'R' | b'v' | b'V', b'e' | b'E', ..]
            | [b'l' | b'L', b'l' | b'L', ..]
            | [0xc5, 0xbf, ..] => 3,
            _ => 0,
        };
        at + length
    }

    /// Alternative 3, after its first digit.
    fn number(&self, after_first: usize) -> usize {
        let mut at = after_first;
        for _ in 1..3 {
            match self.class(at) {
                Some((Class::Number, next)) => at = next,
                _ => break,
            }
        }
        at
    }

    /// The end of a character that alternative 4 begins with.
    #[inline]
    fn symbol(&self, at: usize) -> Option<usize> {
        match self.class(at) {
            Some((Class::Other | Class::Mark, next)) => Some(next),
            _ => None,
        }
    }

    /// Alternative 4 after its space, or after its first symbol.
    fn symbols(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(next) = self.symbol(at) {
            at = next;
        }
        let rest = &self.text.as_bytes()[at..];
        at + rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | b'/')).unwrap_or(rest.len())
    }

    /// Alternatives 5 to 7.
    fn white_space(&self, start: usize) -> usize {
        let (mut at, mut last) = (start, start);
        let mut after_newline = None;
        loop {
            match self.class(at) {
                Some((Class::Newline, next)) => {
                    after_newline = Some(next);
                    (last, at) = (at, next);
                }
                Some((Class::Space, next)) => (last, at) = (at, next),
                // What follows takes the last white space, unless there is no other.
                Some(_) if last > start => return after_newline.unwrap_or(last),
                _ => return after_newline.unwrap_or(at),
            }
        }
    }
}

/// Where a run of letters ends, as alternatives 1 and 2 see it.
struct Letters {
    first: Option<usize>,
    /// Not looked for where there is a first.
    second: Option<usize>,
}
