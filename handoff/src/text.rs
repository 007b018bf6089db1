//! Text on one line, whatever it holds.
//!
//! What is put into a message may come from a model, from another process, or from a user's own `Display`. It must not
//! break the line, turn the order of what is beside it round, or hold what nobody sees.

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Writes on one line: whatever would not stay on it is escaped, as in `\n` or `\u{202e}`.
pub(crate) struct OneLine<'a, 'f>(pub(crate) &'a mut fmt::Formatter<'f>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut shown = 0;
        for (at, character) in text.char_indices().filter(|(_, character)| is_unseen(*character)) {
            self.0.write_str(&text[shown..at])?;
            write!(self.0, "{}", character.escape_default())?;
            shown = at + character.len_utf8();
        }
        self.0.write_str(&text[shown..])
    }
}

/// Characters of a message that are kept; enough for a sentence or two.
const LONGEST_MESSAGE: usize = 500;

/// A message on one line, shortened: what an agent's error or panic may add to a log line or to the next agent's tokens.
pub(crate) fn one_line(message: &dyn fmt::Display) -> String {
    line(message, LONGEST_MESSAGE)
}

/// A message on one line, cut after so many characters: a line break in it is a space.
pub(crate) fn line(message: &dyn fmt::Display, longest: usize) -> String {
    Line { text: String::new(), left: longest, breaks: Breaks::Spaces }.of(message)
}

/// Characters of a task's label that are shown: it is a name, and stands in every line about its task.
const LONGEST_LABEL: usize = 80;

/// A task's label on one line, cut.
pub(crate) fn shown_label(label: &str) -> String {
    line(&label, LONGEST_LABEL)
}

/// All of a text, whatever it holds.
pub(crate) fn whole(text: &dyn fmt::Display) -> String {
    Line { text: String::new(), left: usize::MAX, breaks: Breaks::Kept }.of(text)
}

/// A name or a value on one line, cut after so many characters: a line break in it is escaped.
pub(crate) fn quoted(text: &dyn fmt::Display, longest: usize) -> String {
    Line { text: String::new(), left: longest, breaks: Breaks::Escaped }.of(text)
}

#[derive(Clone, Copy)]
enum Breaks {
    Spaces,
    Escaped,
    /// As is all that is not seen.
    Kept,
}

struct Line {
    text: String,
    left: usize,
    breaks: Breaks,
}

impl Line {
    /// Whatever goes wrong, the line holds what could be said. The `Display` may be the user's own.
    fn of(mut self, text: &dyn fmt::Display) -> String {
        match catch_unwind(AssertUnwindSafe(|| write!(self, "{text}"))) {
            Ok(Ok(())) => {}
            Ok(Err(fmt::Error)) => self.text.push('…'),
            Err(panic) => {
                self.text.push_str("… (its `Display` panicked)");
                // What was thrown may panic when it is dropped, too.
                if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
                    std::mem::forget(again);
                }
            }
        }
        self.text
    }
}

impl Write for Line {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for character in part.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            match self.breaks {
                _ if !is_unseen(character) => self.text.push(character),
                Breaks::Kept => self.text.push(character),
                Breaks::Spaces if character.is_whitespace() => self.text.push(' '),
                Breaks::Spaces | Breaks::Escaped => self.text.extend(character.escape_default()),
            }
        }
        Ok(())
    }
}

/// Whether a character does not stay on its line: control characters, separators of lines and paragraphs, those that set
/// the direction of the text, and those that have neither a width nor a part in how words or emoji are written, as a
/// joiner has.
fn is_unseen(character: char) -> bool {
    let is_format = || {
        matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
    };
    character.is_control() || (!character.is_ascii() && is_format())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNSEEN: &str =
        "\0\n\r\t\u{1b}\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{e0041}";
    /// Words and emoji that are written with joiners and selectors, and wide spaces.
    const SEEN: &str = " aé\u{301}\u{a0}\u{3000}می\u{200c}خواهم 👩\u{200d}🚀❤\u{fe0f}";

    #[test]
    fn what_does_not_stay_on_a_line_is_escaped() {
        let escaped =
            r"\u{0}\n\r\t\u{1b}\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{e0041}";
        assert_eq!(quoted(&UNSEEN, 100), escaped);
        assert_eq!(fmt::from_fn(|f| write!(OneLine(f), "{UNSEEN}")).to_string(), escaped);
        let spaces = r"\u{0}   \u{1b}\u{7f}   \u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{e0041}";
        assert_eq!(line(&UNSEEN, 100), spaces);
        for same in
            [quoted(&SEEN, 100), line(&SEEN, 100), fmt::from_fn(|f| write!(OneLine(f), "{SEEN}")).to_string()]
        {
            assert_eq!(same, SEEN);
        }
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!((line(&"aé\n", 3), line(&"aé\nb", 3)), ("aé ".to_owned(), "aé …".to_owned()));
        assert_eq!((quoted(&"aé\n", 3), quoted(&"aé\nb", 3)), ("aé\\n".to_owned(), "aé\\n…".to_owned()));
        // Nothing beyond is even written.
        let endless = fmt::from_fn(|f| {
            loop {
                f.write_str("ab")?;
            }
        });
        assert_eq!(line(&endless, 3), "aba…");
    }

    #[test]
    fn a_display_that_panics_says_what_it_can() {
        struct Thrown;
        impl Drop for Thrown {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let panics = fmt::from_fn(|f| {
            f.write_str("so far")?;
            std::panic::panic_any(Thrown)
        });
        assert_eq!(line(&panics, 100), "so far… (its `Display` panicked)");
    }
}
