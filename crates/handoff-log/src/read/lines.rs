//! The lines of a log, one by one.

use std::io::{self, BufRead};
use std::str;

use serde::de::Error as _;

use crate::line::{Line, Unread};

/// A reader of the lines of a log, one by one, with one line in memory.
///
/// ```
/// use handoff_log::{Entry, Reader};
///
/// let log = concat!(
///     r#"{"e":"warn","t":50,"span":"00000000000000a1","agent":"plan","message":"the index is old"}"#, "\n",
///     r#"{"e":"warn","t":61,"sp"#, // its process was killed
/// );
/// let mut reader = Reader::new(log.as_bytes());
/// while let Some(line) = reader.next()? {
///     let Ok(line) = line else { continue };
///     if let Entry::Warned(warned) = line.entry {
///         assert_eq!(warned.message, "the index is old");
///     }
/// }
/// assert!(reader.skipped().half);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    from: R,
    buffer: Vec<u8>,
    number: u64,
    skipped: Skipped,
}

/// The parts of a log that were not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The number of lines with an entry that this version does not know.
    pub unknown: u64,
    /// The number of lines that are not lines of a log.
    pub broken: u64,
    /// The number of lines of runs whose start is not in the log.
    pub stray: u64,
    /// Whether the last line is cut off, as it may be if a process was killed.
    pub half: bool,
}

impl<R: BufRead> Reader<R> {
    /// Creates a reader of these lines.
    pub fn new(from: R) -> Self {
        Self { from, buffer: Vec::new(), number: 0, skipped: Skipped::default() }
    }

    /// Reads the next line, or returns why it is not one; `None` at the end. Empty lines are skipped.
    ///
    /// # Errors
    ///
    /// Returns the errors of the source.
    #[allow(
        clippy::should_implement_trait,
        reason = "a line borrows from the reader, which no iterator can lend"
    )]
    pub fn next(&mut self) -> io::Result<Option<Result<Line<'_>, Unread>>> {
        let ended = loop {
            self.buffer.clear();
            if self.from.read_until(b'\n', &mut self.buffer)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            let ended = self.buffer.last() == Some(&b'\n');
            if !self.buffer.trim_ascii().is_empty() {
                break ended;
            }
        };
        let text = str::from_utf8(self.buffer.trim_ascii()).map_err(serde_json::Error::custom);
        let line = text.map_err(Unread::from).and_then(Line::read);
        match &line {
            Ok(_) => {}
            Err(Unread::Unknown) => self.skipped.unknown += 1,
            Err(Unread::Broken(_)) if !ended => self.skipped.half = true,
            Err(Unread::Broken(_)) => self.skipped.broken += 1,
        }
        Ok(Some(line))
    }

    /// Returns the number of the line that was read last, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns what was not read so far.
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }
}
