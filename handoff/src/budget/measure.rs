//! Measuring a payload: written as JSON once, into memory that is kept, and counted.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;

use super::counter::{TokenCount, TokenCounter};
#[cfg(feature = "o200k")]
use super::o200k::O200kBase;
use crate::contract::MOST_LEVELS;
use crate::json::{Unwritten, Writer};
use crate::text::one_line;

/// The most bytes of JSON that are counted unless the meter is told otherwise: 8 MiB.
///
/// That is some two million tokens of English, above every published context window (one to two
/// million tokens in 2026), and a text whose count takes a second in the worst case (one letter
/// repeated). What is larger is a mistake or an attack.
pub const DEFAULT_MAX_BYTES: usize = 8 * 1024 * 1024;

/// The buffer kept for the next payload, at most: larger ones are given back.
const KEPT: usize = 256 * 1024;

/// A payload of up to this many bytes is written and counted to its end even where it is known
/// before to be over its budget, so that the error can say by how much. Counting it takes a
/// millisecond or so, and only where the handoff fails anyway.
pub(super) const TOLD_IN_FULL: usize = 64 * 1024;

thread_local! {
    /// Taken while it is in use, so that a payload which measures another one gets its own.
    static BUFFER: Cell<String> = const { Cell::new(String::new()) };
}

/// Measures payloads with one counter and one cap on bytes.
///
/// Each runtime has a meter. Clones share the counter.
#[derive(Clone)]
pub struct Meter {
    counter: Arc<dyn TokenCounter>,
    /// The counter's, which is asked once: it stands beside every count.
    encoding: Cow<'static, str>,
    max_bytes: usize,
}

impl Meter {
    /// Creates a meter that counts with `counter`, up to [`DEFAULT_MAX_BYTES`].
    #[must_use]
    pub fn new(counter: impl TokenCounter) -> Self {
        let encoding = counter.encoding();
        Self { counter: Arc::new(counter), encoding, max_bytes: DEFAULT_MAX_BYTES }
    }

    /// Sets the most bytes of JSON that a payload may have.
    ///
    /// Measuring a larger one returns [`MeasureError::TooLarge`].
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// The most bytes of JSON that a payload may have.
    pub(crate) fn byte_cap(&self) -> usize {
        self.max_bytes
    }

    /// The name of the encoding that tokens are counted in.
    pub(crate) fn encoding(&self) -> Cow<'static, str> {
        self.encoding.clone()
    }

    /// Returns the counter.
    #[must_use]
    pub fn counter(&self) -> &dyn TokenCounter {
        &*self.counter
    }

    /// Loads what the counter needs for its first count.
    pub fn warm(&self) {
        self.counter.warm();
    }

    /// Counts the tokens of `value` as compact JSON, which is what the next agent reads.
    ///
    /// `limit` is the smallest of the budgets that apply, in tokens; without one, any count will do. The
    /// value is serialised once and never read back.
    ///
    /// # Errors
    ///
    /// Returns a [`MeasureError`] if the value is over the limit or over the byte cap, is nested deeper than
    /// 127 levels, or cannot be written as JSON.
    ///
    /// # Panics
    ///
    /// Panics if the value's `Serialize` or the counter panics.
    pub fn measure<T: Serialize + ?Sized>(
        &self,
        value: &T,
        limit: Option<u32>,
    ) -> Result<TokenCount, MeasureError> {
        let count = self.tokens(&mut |json| json.write(value), limit)?;
        Ok(TokenCount { count, encoding: self.encoding() })
    }

    /// The same of what is written so, and the encoding is known.
    pub(crate) fn tokens(
        &self,
        write: &mut dyn FnMut(&mut Writer) -> Result<(), Unwritten>,
        limit: Option<u32>,
    ) -> Result<u32, MeasureError> {
        let longest = self.counter.longest_token();
        // Once more bytes than this have been written, no count can be within the limit.
        let enough = match (limit, longest) {
            (Some(limit), Some(longest)) => (limit as usize).saturating_mul(longest).max(TOLD_IN_FULL),
            _ => usize::MAX,
        };
        let mut json = Writer::new(BUFFER.take(), self.max_bytes.min(enough), MOST_LEVELS);
        let found = match write(&mut json) {
            Ok(()) => self.tokens_of(json.text(), limit),
            Err(Unwritten::NoRoom) => Err(match (limit, longest) {
                (Some(limit), Some(longest)) if enough < self.max_bytes => {
                    over_by_bytes(enough, longest, limit)
                }
                _ => MeasureError::TooLarge { max_bytes: self.max_bytes },
            }),
            Err(Unwritten::TooDeep) => Err(MeasureError::TooDeep),
            Err(Unwritten::NotJson(error)) => Err(MeasureError::NotJson(error)),
        };
        let text = json.into_text();
        if text.capacity() <= KEPT {
            BUFFER.set(text);
        }
        found
    }

    /// Counts the tokens of an existing text, under the rules of [`measure`](Self::measure).
    ///
    /// # Errors
    ///
    /// Returns a [`MeasureError`] if the text is over the limit or over the byte cap.
    pub fn count(&self, text: &str, limit: Option<u32>) -> Result<TokenCount, MeasureError> {
        if text.len() > self.max_bytes {
            return Err(MeasureError::TooLarge { max_bytes: self.max_bytes });
        }
        let count = self.tokens_of(text, limit)?;
        Ok(TokenCount { count, encoding: self.encoding() })
    }

    fn tokens_of(&self, text: &str, limit: Option<u32>) -> Result<u32, MeasureError> {
        let tally = self.counter.count(text, limit);
        match limit {
            Some(limit) if tally.tokens() > limit => {
                Err(MeasureError::OverBudget { tokens: tally.tokens(), limit, exact: tally.is_exact() })
            }
            _ if tally.is_exact() => Ok(tally.tokens()),
            _ => Err(MeasureError::Undecided {
                encoding: self.encoding.clone().into_owned(),
                tokens: tally.tokens(),
                limit,
            }),
        }
    }
}

#[cfg(feature = "o200k")]
impl Default for Meter {
    /// A meter of [`O200kBase`] up to [`DEFAULT_MAX_BYTES`].
    fn default() -> Self {
        Self::new(O200kBase)
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("encoding", &self.encoding)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

/// What is over a budget after `written` bytes and one more.
fn over_by_bytes(written: usize, longest: usize, limit: u32) -> MeasureError {
    let least = written.saturating_add(1).div_ceil(longest.max(1));
    MeasureError::OverBudget { tokens: u32::try_from(least).unwrap_or(u32::MAX), limit, exact: false }
}

/// The reason why a payload has no count within its budget.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// The payload has more tokens than it may have.
    #[error("{}{tokens} tokens are over the budget of {limit}", if *exact { "" } else { "at least " })]
    OverBudget {
        /// The number of its tokens, or the least number that it can have.
        tokens: u32,
        /// The number of tokens that it may have.
        limit: u32,
        /// Whether `tokens` is the whole count; if not, counting stopped once it was over the limit.
        exact: bool,
    },
    /// The payload's JSON has more bytes than the meter counts. The rest was not written.
    #[error("the payload is larger than {max_bytes} bytes of JSON, the most that is counted")]
    TooLarge {
        /// The meter's byte cap.
        max_bytes: usize,
    },
    /// The payload's JSON is nested deeper than the 127 levels that can be read back. The rest was not
    /// written.
    #[error("the payload is nested deeper than {MOST_LEVELS} levels")]
    TooDeep,
    /// The payload cannot be written as JSON: a map whose keys are no strings, or an error of a
    /// hand-written `Serialize`.
    // The sentence says what the JSON error says: as the `source` it would be told twice.
    /// The payload cannot be written as JSON.
    ///
    /// A key of a map is not a string, or a hand-written `Serialize` returned an error.
    #[error("the payload cannot be written as JSON: {}", one_line(.0))]
    NotJson(serde_json::Error),
    /// The counter stopped before it could tell whether the payload is within the limit.
    ///
    /// That is against the rules of [`TokenCounter::count`].
    #[error("the token counter `{}` stopped at {tokens} tokens, {}", one_line(encoding), stopped_short(*limit))]
    Undecided {
        /// The counter's encoding.
        encoding: String,
        /// The number of tokens at which it stopped.
        tokens: u32,
        /// The limit it was given.
        limit: Option<u32>,
    },
}

/// Says what a counter that stopped had not yet decided.
fn stopped_short(limit: Option<u32>) -> String {
    match limit {
        Some(limit) => format!("not above the limit of {limit}"),
        None => "though no limit was given".to_owned(),
    }
}
