//! What a token counter is, and what it answers.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::text::OneLine;

/// Counts the tokens of a text as one model's tokenizer would.
///
/// Two methods are required, so that any tokenizer can stand behind it. Give the runtime the
/// counter that belongs to the model behind your agents; a count in another model's tokens is a
/// good guess, and no more than that.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
/// use handoff::budget::{MeasureError, Meter, Tally, TokenCounter};
///
/// /// The tokenizer of a small model which splits at white space.
/// struct Words;
///
/// impl TokenCounter for Words {
///     fn encoding(&self) -> Cow<'static, str> {
///         "words_v1".into()
///     }
///
///     fn count(&self, text: &str, _limit: Option<u32>) -> Tally {
///         Tally::exact(text.split_whitespace().count())
///     }
/// }
///
/// let meter = Meter::new(Words);
/// let tokens = meter.measure("one two three", Some(3)).unwrap();
/// assert_eq!((tokens.count, &*tokens.encoding), (3, "words_v1"));
///
/// let error = meter.measure("one two three", Some(2)).unwrap_err();
/// assert!(matches!(error, MeasureError::OverBudget { tokens: 3, limit: 2, exact: true }));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a token counter",
    label = "cannot count tokens",
    note = "use `O200kBase`, `Utf8Bytes`, or implement `TokenCounter` for `{Self}`"
)]
pub trait TokenCounter: Send + Sync + 'static {
    /// Returns the name of the encoding, such as `o200k_base`.
    ///
    /// It stands beside every count, so that counts of different encodings are not mistaken for one another.
    fn encoding(&self) -> Cow<'static, str>;

    /// Counts the tokens in `text`.
    ///
    /// Whatever looks like a special token (`<|endoftext|>`) is plain text: payloads are data and
    /// never control the model.
    ///
    /// With a `limit`, counting may stop as soon as the count is known to be above it; the answer
    /// is then [`Tally::at_least`] of a number above the limit. Without one, and whenever the
    /// count is not above the limit, the answer has to be [`Tally::exact`].
    ///
    /// # Cancellation
    ///
    /// The call is synchronous and runs inside the run's task. Make it fast, or honour `limit`.
    fn count(&self, text: &str, limit: Option<u32>) -> Tally;

    /// Returns the length in bytes of the longest token of the vocabulary, if there is one.
    ///
    /// A text has at least its length divided by this many tokens, so a payload that is far over its budget
    /// is refused before it has been written to its end. The default, `None`, gives no such bound.
    fn longest_token(&self) -> Option<usize> {
        None
    }

    /// Loads what the first count needs. Does nothing by default.
    ///
    /// It is called once when a runtime is built, so that the first run does not pay for it.
    fn warm(&self) {}
}

#[diagnostic::do_not_recommend]
impl<C: TokenCounter + ?Sized> TokenCounter for Arc<C> {
    fn encoding(&self) -> Cow<'static, str> {
        (**self).encoding()
    }

    fn count(&self, text: &str, limit: Option<u32>) -> Tally {
        (**self).count(text, limit)
    }

    fn longest_token(&self) -> Option<usize> {
        (**self).longest_token()
    }

    fn warm(&self) {
        (**self).warm();
    }
}

/// The result of a [`TokenCounter`]: a number of tokens, and whether all of them were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tally {
    tokens: u32,
    exact: bool,
}

impl Tally {
    /// Creates the tally of a text that has exactly `tokens` tokens.
    ///
    /// A number above [`u32::MAX`] becomes "at least [`u32::MAX`]".
    #[must_use]
    pub const fn exact(tokens: usize) -> Self {
        Self { exact: tokens <= u32::MAX as usize, ..Self::at_least(tokens) }
    }

    /// Creates the tally of a text of which counting stopped at `tokens` tokens, or more.
    #[must_use]
    pub const fn at_least(tokens: usize) -> Self {
        // The comparison makes the conversion lossless.
        #[expect(clippy::cast_possible_truncation)]
        let tokens = if tokens > u32::MAX as usize { u32::MAX } else { tokens as u32 };
        Self { tokens, exact: false }
    }

    /// Returns the number of tokens, or the least number that there can be.
    #[must_use]
    pub const fn tokens(self) -> u32 {
        self.tokens
    }

    /// Returns `true` if [`tokens`](Self::tokens) is the whole count.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        self.exact
    }
}

/// The exact size of a payload in tokens, and the encoding in which they were counted.
///
/// Every envelope has one. Cloning does not allocate for the built-in encodings.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TokenCount {
    /// The number of tokens of the payload's compact JSON.
    pub count: u32,
    /// The [encoding](TokenCounter::encoding) in which they were counted, such as `o200k_base`.
    pub encoding: Cow<'static, str>,
}

impl TokenCount {
    /// Creates a count in the named encoding.
    #[must_use]
    pub fn new(count: u32, encoding: impl Into<Cow<'static, str>>) -> Self {
        Self { count, encoding: encoding.into() }
    }
}

impl fmt::Display for TokenCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(OneLine(f), "{} token{plural} ({})", self.count, self.encoding)
    }
}

/// A counter of bytes in place of tokens: there is no vocabulary to load, and counting is all but free.
///
/// A token of a byte-level tokenizer is one byte or more, so a text never has more tokens than
/// this counts; for English it has about a quarter as many. A budget that holds in bytes holds in
/// tokens. Its encoding is called `utf8_bytes`, lest the numbers be taken for tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Utf8Bytes;

impl TokenCounter for Utf8Bytes {
    fn encoding(&self) -> Cow<'static, str> {
        Cow::Borrowed("utf8_bytes")
    }

    fn count(&self, text: &str, _limit: Option<u32>) -> Tally {
        Tally::exact(text.len())
    }

    fn longest_token(&self) -> Option<usize> {
        Some(1)
    }
}
